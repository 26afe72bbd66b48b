/** The mails around set-up: about an administrator by a new set-up code (worker/people/setup.ts), a test of the mail service, and a change of it. */
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
const unexpected =
  "This mail left by the service of before. If you did not expect it, open Mail in the desk, and look at what is proposed there (Policy, Proposals): later mails may not reach you.";
export const mailServiceEn = {
  set: {
    subject: "The mail service was set again",
    paragraphs: ["{by} set the mail service: ClearDial's mails go by {host} from now on.", unexpected],
  },
  gone: {
    subject: "The mail service was taken away",
    paragraphs: ["{by} took the mail service ({host}) away: ClearDial's mails wait from now on.", unexpected],
  },
};
