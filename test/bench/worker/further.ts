/** A bucket that is further away. */

/** Connections that Cloudflare lets a Worker have at once. */
const AT_ONCE = 6;

/**
 * A read takes so many milliseconds, and six are answered at once, as on Cloudflare: each further one waits for the next round. `rounds` is how
 * many reads were waited for one after another.
 */
export function further(bucket: R2Bucket, ms = 30) {
  const told = { reads: 0, rounds: 0 };
  let round: { taken: number; over: Promise<void> } | null = null;
  const turn = async (): Promise<void> => {
    told.reads++;
    while (round?.taken === AT_ONCE) await round.over;
    if (round === null) {
      told.rounds++;
      round = { taken: 0, over: scheduler.wait(ms).then(() => void (round = null)) };
    }
    round.taken++;
    await round.over;
  };
  const ARCHIVE = {
    get: async (key: string, options?: R2GetOptions) => {
      await turn();
      return options ? bucket.get(key, options) : bucket.get(key);
    },
    head: async (key: string) => {
      await turn();
      return bucket.head(key);
    },
  } as unknown as R2Bucket;
  return { ARCHIVE, told };
}
