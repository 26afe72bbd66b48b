/** The mails about a register whose copy grows old, by how old it is. */
export const listAgeEn = {
  soon: {
    subject: "{list} needs an update soon",
    paragraphs: [
      "Our copy of {list} is dated {date} and is {days} days old.",
      "After {max} days it is too old to rely on, and its numbers will show as not known. Please load the newest file.",
    ],
  },
  late: {
    subject: "{list} still needs an update",
    paragraphs: [
      "Our copy of {list} is dated {date} and is {days} days old. This is a second reminder.",
      "After {max} days its numbers will show as not known. Please load the newest file, or ask the register for it.",
    ],
  },
  last: {
    subject: "{list} must be updated today",
    paragraphs: [
      "Our copy of {list} is dated {date} and is {days} days old. Today is the last day on which ClearDial relies on it.",
      "From tomorrow its numbers show as not known to everyone. Please load the newest file today.",
    ],
  },
  old: {
    subject: "{list} is too old to rely on",
    paragraphs: [
      "Our copy of {list} is dated {date}. ClearDial relies on a copy for {max} days at most.",
      "Its numbers show as not known until you load the newest file.",
    ],
  },
  never: {
    subject: "{list} has never been loaded",
    paragraphs: [
      "The policy screens numbers against {list}, but no file of it has ever been loaded.",
      "Its numbers show as not known. Load its file, or turn the register off in the policy.",
    ],
  },
};
