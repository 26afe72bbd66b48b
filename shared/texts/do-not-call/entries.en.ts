/** Reasons that entries of the do-not-call list are made with. English (UK). */
export const entriesEn = {
  unsaid: "Somebody in the same CRM record objected on another number. Nobody has said whom it is meant for.",
  callBack: "Asked to be called on {day}.",
};
