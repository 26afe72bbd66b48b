/** Numbers in flight: everybody who asks for a number shares one request, and one request has many numbers. */

export interface BatchesDeps {
  /** Resolves once everything that was asked at the same time has arrived. */
  tick: () => Promise<void>;
  /** One request for these numbers. What it throws reaches everybody who waits for one of them. */
  send: (numbers: string[]) => Promise<void>;
  /** Most numbers of one request. */
  most: number;
}

interface Batch {
  numbers: Set<string>;
  done: Promise<void>;
}

export function openBatches({ tick, send, most }: BatchesDeps) {
  const inFlight = new Map<string, Promise<void>>();
  /** The batch that still takes numbers. */
  let open: Batch | null = null;

  function newBatch(): Batch {
    const numbers = new Set<string>();
    const done = tick().then(async () => {
      if (open === batch) open = null;
      try {
        await send([...numbers]);
      } finally {
        for (const number of numbers) if (inFlight.get(number) === done) inFlight.delete(number);
      }
    });
    const batch = { numbers, done };
    return batch;
  }

  /** Resolves once a request that holds the number was answered. */
  function request(number: string): Promise<void> {
    const already = inFlight.get(number);
    if (already) return already;
    if (!open || open.numbers.size >= most) open = newBatch();
    open.numbers.add(number);
    inFlight.set(number, open.done);
    return open.done;
  }

  return {
    request,
    /** Later calls no longer share a request that is in flight. */
    reset(): void {
      open = null;
      inFlight.clear();
    },
  };
}
