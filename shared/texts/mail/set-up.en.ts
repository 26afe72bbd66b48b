/** The mail about an administrator by a new set-up code (worker/people/setup.ts). */
export const setUpAgainEn = {
  subject: "Somebody became an administrator by a set-up code",
  paragraphs: [
    "{name} ({email}) became an administrator by a new set-up code, as no administrator had a token that works. Older tokens of administrators have ended.",
    "Only the owner of the deployment can set that code. If you do not know of this, ask them, and look at what was changed since: the audit trail in the desk has it.",
  ],
};
