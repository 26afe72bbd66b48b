/** Integrations and webhooks whose recordings ClearDial refuses. */
const subject = "A system's recordings are refused";
const so = "It is not registered: it has no day of erasure, and no request of a person finds it.";
const once =
  "Recordings and the overview name the system, and how often it is refused, until somebody says there that all is imported. No other mail comes for this reason before that.";

/** By why they are refused: a mail each. */
export const recordingsRefusedEn = {
  "no-prefix": {
    subject,
    paragraphs: [
      `ClearDial has refused a recording of {name}, as it has no prefix for its keys. ${so}`,
      "Give it one: an integration on its page in the desk, a webhook by PUT /v1/hooks/PROVIDER/prefix. Let it store its audio below that prefix. What was refused meanwhile is imported under Recordings, with a list from that system.",
      once,
    ],
  },
  "other-prefix": {
    subject,
    paragraphs: [
      `ClearDial has refused a recording of {name}, as its key is not below the prefix of that system. ${so}`,
      "Let the system store its audio below its prefix; if you expected no such key, find out who has its token or secret. What was refused meanwhile is imported under Recordings, with a list from that system.",
      once,
    ],
  },
  old: {
    subject,
    paragraphs: [
      `ClearDial has refused a recording of {name}, as the call was more than a day ago. ${so}`,
      "Find out why it came so late. Then a compliance officer or an administrator imports it under Recordings, with a list from that system or provider. Audio that the system still has is put into the company's store first.",
      once,
    ],
  },
};
