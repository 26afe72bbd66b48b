/** Items of an erasure that are judged once more. English (UK). */
export const doubtEn = {
  again: {
    confirmed: { short: "Still theirs", label: "Still theirs: {item}" },
    rejected: { short: "Still not theirs", label: "Still not theirs: {item}" },
  },
  why: {
    item: "This answer is not as the audit trail has it, or only an archive that cannot be read tells of it. Nothing is decided by it until you judge it once more.",
    record:
      "Only an archive that cannot be read tells of this record, so that nobody can compare it. It is not erased until you have looked at it, and say once more that it is theirs.",
  },
};
