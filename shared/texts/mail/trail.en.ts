/** Mails about what verifying against the audit trail found. */

/** Rows that are not as the trail has them, and so nothing was erased by them (worker/jobs/sweep-said.ts). */
export const rowsKeptBack = {
  subject: "Records are not as the audit trail has them",
  paragraphs: [
    "Some records whose retention is over by their dates, or legal holds, are not as the audit trail has them. They, and the recordings under such holds, were not erased. Their number: {n}. {rows}",
    "Somebody with access to the database may have changed them. Run cleardial verify --deep, which names what was changed, and find out who it was. They stay as they are until the trail has them so. This mail comes once about each of them.",
    "A recording (recordings/…) may be named as its legal hold is missing: put it under a hold again, and release that when it may go. A hold (recording_holds/…) that nobody of yours placed keeps its recording until you release it. One that a request or an officer had erased, and whose row was changed, needs an officer's own word: erase it on its page, which says what differs.",
  ],
};

/** An archived month cannot be read (worker/recordings/erasure.ts). */
export const erasuresUnread = {
  subject: "Recordings wait: an archived month of the audit trail cannot be read",
  paragraphs: [
    "Some recordings are due, and were not erased: an archived month of the audit trail cannot be read, and it may say that they are under a legal hold. Recordings that came after that month are erased on their day.",
    "Run cleardial verify, which names the archive, and bring its object back: these recordings then go by themselves within some hours. An officer can erase one by hand, and answers for it. This mail comes once a day while recordings wait.",
  ],
};

/** A file of closed months of recordings' rows is lost (worker/recordings/closed/due.ts). */
export const recordingsLost = {
  subject: "A file of archived recordings is lost",
  paragraphs: [
    "The archive's bucket lacks {file}, or it was altered. It has the register's entries of recordings that are kept, with the places of their audio: without it nobody finds them, holds them or erases them on their day, which comes within weeks.",
    "Restore this object from a backup: then they come back by themselves. Run cleardial verify --deep to see that it is as it was. If no backup has it, list the audio of that time in the store itself, and erase there what is past its retention. This mail comes once a week while the file is lost.",
  ],
};

/** Rows that a check or a step of a request met, and did not go by (worker/trail/kept-back.ts). */
export const rowsUnlike = {
  subject: "Records do not count: they are not as the audit trail has them",
  paragraphs: [
    "ClearDial met records that are not as the audit trail has them, and did not go by them. A request that was put back to an earlier state takes no step; a consent, or whose line a number is, counts as if it were not there; a do-not-call entry closes its number as an objection does; and the policy that counts is the newest version that the trail has. Their number: {n}. {rows}",
    "Somebody with access to the database may have added or changed them. Run cleardial verify --deep, which names what was changed, and find out who it was. They do not count until the trail has them so. This mail comes once about each of them.",
  ],
};

/** Rows that are gone from its end (worker/trail/end.ts). */
export const rowsCut = {
  subject: "Rows of the audit trail are gone",
  paragraphs: [
    "Rows {first} to {last} at the end of the audit trail are gone: ClearDial wrote them, and its database has them no more. What they were about may be gone as well.",
    "Was the database put back to an earlier moment, or a backup restored? Then say so: cleardial audit restored --why TEXT, and enter again what came since, objections first.",
    "If nobody of yours did that, somebody with access to the database took rows away. Compare the heads and statements that you hold, and find out who may sign in to the account.",
  ],
};

export const rowsFound = {
  subject: "Records are not as the audit trail has them",
  paragraphs: [
    "ClearDial compares its records with the audit trail, some every few minutes. This many differ, are missing, or are known by no row of the trail: {n}. Among them: {rows}",
    "Run `cleardial verify --deep`, or press “Verify now” and “Compare stored rows” in the desk under Audit: both name all that differ. Then find out who can change the database, and whether an older version ran.",
    "Each is told once. Until a cause is found, do not rely on what these records say.",
  ],
};
