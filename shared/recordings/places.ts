/** What is kept in buckets, by purpose, and the settings that name them. Each purpose has buckets of its own. */

/** The company's own kinds of store, the preferred one first. */
export const ownKinds = ["s3", "r2"] as const;
export type OwnKind = (typeof ownKinds)[number];

/** For each purpose the binding of its R2 bucket, and the variable that names its S3 bucket. The trail's archive is in R2 alone. */
export const places = {
  recordings: { r2: "RECORDINGS", s3: "S3_BUCKET" },
  /** What belongs to requests: scans of letters, proofs of identity, words of withdrawal. */
  files: { r2: "FILES", s3: "S3_FILES_BUCKET" },
  /** Copies for requesters. */
  copies: { r2: "COPIES", s3: "S3_COPIES_BUCKET" },
} as const satisfies Record<string, Record<OwnKind, string>>;
export type Purpose = keyof typeof places;
