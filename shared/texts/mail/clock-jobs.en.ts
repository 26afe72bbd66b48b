/** The mails about jobs of the clock that have not ended well for too long, and that have again; of work that waits, and of a database that grows full. English (UK). */
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

export const workLateEn = {
  subject: "Work waits for too long",
  paragraphs: [
    "There are {what}. Their number: {n}. The oldest has waited since {since} UTC.",
    "ClearDial goes on trying. The desk's page Work, and GET /v1/work, say what failed and why: correct the cause, and send it again.",
  ],
};

export const databaseSizeEn = {
  subject: "The database is {percent}% full",
  paragraphs: [
    "ClearDial’s database takes {size} GB of the 10 GB that Cloudflare’s D1 allows.",
    "Once it is full, no write succeeds: objections, consents and recordings are refused, and browsers keep their records of dials until there is room.",
    "Logged calls, recordings that are kept and dials take most of it. Keep dials and their calls for less time (policy, Retention), and record fewer calls. ClearDial’s docs/growth.md says what takes how much, what leaves the database by itself, and what comes after.",
    "This mail comes at 60, 80 and 90 per cent, and again after a month, or from 90 per cent on each week, until there is room.",
  ],
};
