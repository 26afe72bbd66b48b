import { expect, it } from "vitest";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { openWelcome } from "../../../extension/background/welcome.ts";
import { MemoryArea } from "../double.ts";

function desk(managed = false) {
  const area = new MemoryArea();
  let opened = 0;
  /** One life of the service worker. */
  const installed = async (reason: string) => {
    const local = openCachedStorage(area);
    const open = () => Promise.resolve({ id: ++opened });
    await openWelcome({ local, signedIn: () => Promise.resolve(managed), open })(reason);
    await local.settled();
    return opened;
  };
  return { installed };
}

it("the first page opens at the install, and never again", async () => {
  const { installed } = desk();
  expect(await installed("install")).toBe(1);
  for (const reason of ["install", "update", "chrome_update"]) expect(await installed(reason)).toBe(1);
});

it("it opens at no update, nor where an administrator signs the browser in", async () => {
  expect(await desk().installed("update")).toBe(0);
  expect(await desk(true).installed("install")).toBe(0);
});
