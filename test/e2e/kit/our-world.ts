/** The isolated world of the extension's scripts in a page, where a bench or a test may look at them. */
import type { CDPSession, Page } from "playwright-core";

interface World {
  id: number;
  origin: string;
  auxData: { frameId: string };
}

/** Our worlds of the page's top frame: a version of the extension that was removed under the page leaves its own behind. */
async function worldsOf(session: CDPSession): Promise<World[]> {
  const worlds: World[] = [];
  session.on("Runtime.executionContextCreated", ({ context }) => worlds.push(context as never));
  await session.send("Runtime.enable");
  const { frameTree } = await session.send("Page.getFrameTree");
  return worlds.filter(
    (w) => w.origin.startsWith("chrome-extension://") && w.auxData.frameId === frameTree.frame.id,
  );
}

async function evaluate(session: CDPSession, contextId: number, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    ...{ expression, contextId, awaitPromise: true, returnByValue: true },
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** Opens a session for `run`, with an evaluation in each of our worlds. */
async function withWorlds<T>(
  page: Page,
  run: (worlds: ((expression: string) => Promise<unknown>)[]) => Promise<T>,
): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    const worlds = await worldsOf(session);
    return await run(
      worlds.map(
        ({ id }) =>
          (expression) =>
            evaluate(session, id, expression),
      ),
    );
  } finally {
    await session.detach();
  }
}

/** Runs a function with one argument in our own world of the page's top frame. */
export const inOurWorld = <T, A = null>(page: Page, run: (arg: A) => T | Promise<T>, arg: A): Promise<T> =>
  withWorlds(page, async (worlds) => {
    for (const world of worlds)
      if (worlds.length === 1 || (await world("!!chrome.runtime?.id")) === true)
        return (await world(`(${String(run)})(${JSON.stringify(arg)})`)) as T;
    throw new Error("The extension has no world in this page");
  });

/** The same in each of our worlds, also those of versions that are gone. Empty where there is none. */
export const inOurWorlds = <T, A = null>(page: Page, run: (arg: A) => T, arg: A): Promise<T[]> =>
  withWorlds(page, (worlds) =>
    Promise.all(worlds.map((world) => world(`(${String(run)})(${JSON.stringify(arg)})`) as Promise<T>)),
  );
