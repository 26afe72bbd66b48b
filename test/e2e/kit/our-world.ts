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

/** Without a context: in the page's own world. */
export async function evaluate(
  session: CDPSession,
  contextId: number | null,
  expression: string,
): Promise<unknown> {
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    ...{ expression, ...(contextId !== null && { contextId }), awaitPromise: true, returnByValue: true },
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** The context of our own world of the page's top frame: the one that is alive. */
export async function ourContext(session: CDPSession): Promise<number> {
  const worlds = await worldsOf(session);
  for (const { id } of worlds)
    if (worlds.length === 1 || (await evaluate(session, id, "!!chrome.runtime?.id")) === true) return id;
  throw new Error("The extension has no world in this page");
}

async function withSession<T>(page: Page, run: (session: CDPSession) => Promise<T>): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    return await run(session);
  } finally {
    await session.detach();
  }
}

/** Runs a function with one argument in our own world of the page's top frame. */
export const inOurWorld = <T, A = null>(page: Page, run: (arg: A) => T | Promise<T>, arg: A): Promise<T> =>
  withSession(
    page,
    async (session) =>
      (await evaluate(session, await ourContext(session), `(${String(run)})(${JSON.stringify(arg)})`)) as T,
  );

/** The same in each of our worlds, also those of versions that are gone. Empty where there is none. */
export const inOurWorlds = <T, A = null>(page: Page, run: (arg: A) => T, arg: A): Promise<T[]> =>
  withSession(page, async (session) =>
    Promise.all(
      (await worldsOf(session)).map(
        ({ id }) => evaluate(session, id, `(${String(run)})(${JSON.stringify(arg)})`) as Promise<T>,
      ),
    ),
  );
