/** What the command line ends with, by kind: scripts decide by it whether to try again, mend or ask somebody. */
export const exits = {
  /** Done, but not all is well: a refused line, a trail or proof that does not verify, a register that was not updated. */
  finding: 1,
  /** An unknown option, a missing argument, a file that cannot be read or written: mend the command or the file. */
  usage: 2,
  /** No token, or it has ended, or its role may not do this. */
  access: 3,
  /** The Worker refused it: it would change nothing to try again. */
  refused: 4,
  /** No answer, or the Worker is busy or failed: try again later. */
  away: 5,
  /** A fault of the command line itself (EX_SOFTWARE of sysexits.h). */
  fault: 70,
} as const;
export type Exit = (typeof exits)[keyof typeof exits];

/** `status`: of an HTTP answer that is no success. */
export function exitOf(status: number): Exit {
  if (status === 401 || status === 403) return exits.access;
  return status >= 500 || status === 429 ? exits.away : exits.refused;
}
