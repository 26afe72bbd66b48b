/** The mail about rows that are not as the audit trail has them, and so were not erased (worker/jobs/sweep-said.ts). */
export const rowsKeptBack = {
  subject: "Records are not as the audit trail has them",
  paragraphs: [
    "By their dates the retention of some records is over, but they are not as the audit trail has them, so they were not erased. Their number: {n}. {rows}",
    "Somebody with access to the database may have changed them. Run cleardial verify --deep, which names what was changed, and find out who it was. They stay as they are until the trail has them so. This mail comes once about each of them.",
  ],
};
