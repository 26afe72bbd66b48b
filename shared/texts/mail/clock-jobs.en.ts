/** The mails about jobs of the clock that have not ended well for too long, and that have again. English (UK). */
export const clockJobsEn = {
  late: {
    subject: "ClearDial's own jobs fail",
    paragraphs: [
      "These jobs of ClearDial's clock have not ended well for too long: {what}.",
      "The first of them said: {error}.",
      "What they do waits, and ClearDial goes on trying. The desk's page Work, and GET /v1/work, say of each since when. Look there and into the Worker's log, and correct the cause. One more mail comes once they have ended well.",
    ],
  },
  well: {
    subject: "ClearDial's own jobs work again",
    paragraphs: ["These jobs of ClearDial's clock have ended well again: {what}."],
  },
};
