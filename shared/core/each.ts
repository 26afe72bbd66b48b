/** Steps of a job, one after another: one that fails stops no other. Throws at the end what failed, so that the job is seen to fail. */
export async function eachByItself(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failed: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failed.push(error));
  if (failed.length > 0)
    throw failed.length === 1 ? failed[0] : new AggregateError(failed, failed.join("; "));
}
