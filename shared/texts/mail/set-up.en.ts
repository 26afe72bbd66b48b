/** The mails around set-up: about an administrator by a new set-up code (worker/people/setup.ts), and a test of the mail service. */
export const setUpAgainEn = {
  subject: "Somebody became an administrator by a set-up code",
  paragraphs: [
    "{name} ({email}) became an administrator by a new set-up code, as no administrator had a token that works. Older tokens of administrators have ended.",
    "Only the owner of the deployment can set that code. If you do not know of this, ask them, and look at what was changed since: the audit trail in the desk has it.",
  ],
};
export const trialEn = {
  subject: "ClearDial's mail arrives",
  paragraphs: ["{name} asked for this mail in the desk, to see whether mail arrives. It does."],
};
