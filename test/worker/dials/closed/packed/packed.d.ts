/** A file of tests once more, in another one (dials/closed/closing.ts). */
declare module "*?packed";
