/** What the trail says of closed months. English (UK). */
export const closedCodesEn = {
  "audit.dials-closed": "Dials moved to the archive",
  "audit.dials-month-closed": "Month of dials closed",
  "audit.dials-recalled": "Archived dials put back",
  "audit.dials-reopened": "Month of dials opened again",
  "audit.dials-rewritten": "Dials erased in the archive",
  "audit.certificates-closed": "Certificates of erasure moved to the archive",
  "audit.certificates-month-closed": "Month of certificates of erasure closed",
  "audit.certificates-reopened": "Archived certificates of erasure put back",
  "audit.recordings-closed": "Recordings’ entries moved to the archive",
  "audit.recordings-month-closed": "Month of recordings’ entries closed",
  "audit.recordings-recalled": "Archived recordings’ entries put back",
  "audit.recordings-reopened": "Archived recordings’ entries put back",
  "audit.recordings-rewritten": "Recordings’ entries erased in the archive",
  "audit.recordings-counted": "Days of archived recordings counted again",
  "audit.recordings-lost": "File of archived recordings’ entries lost",
  "audit.recordings-unlisted": "Numbers of a lost file of recordings’ entries erased",
};
