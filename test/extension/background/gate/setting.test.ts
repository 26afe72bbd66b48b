/** What a dial finds out before it is judged: whether the gate works here, without more questions to Chrome than it needs. */
import { beforeEach, expect, it } from "vitest";
import { NEEDED, openGateSetting } from "../../../../extension/background/gate/setting.ts";
import { openCachedStorage } from "../../../../extension/background/storage.ts";
import { MemoryArea, World } from "../../double.ts";

const { account } = new World();
let asked: chrome.permissions.Permissions[];
let may: boolean;
let managed: string | null;
const open = (who: () => typeof account | null = () => account) =>
  openGateSetting({
    local: openCachedStorage(new MemoryArea()),
    account: () => Promise.resolve(who()),
    managed: () => managed,
    granted: (what) => Promise.resolve(asked.push(what) > 0 && may),
  });
beforeEach(() => {
  asked = [];
  may = true;
  managed = null;
});

it("a dial asks Chrome once, for what the gate cannot do without", async () => {
  const setting = open();
  setting.turnOn("callto:");
  expect(await setting.working()).toEqual({ origin: "https://cd.example", softphone: "callto:" });
  expect(asked).toEqual([{ permissions: NEEDED, origins: ["https://cd.example/*"] }]);
});
it("it works nowhere else: off, without a softphone, without what it needs, or before anybody joined", async () => {
  expect(await open().working()).toBeNull();
  const refused = open();
  refused.turnOn("tel:");
  expect(await refused.working()).toBeNull();
  expect(asked).toEqual([]);
  const alone = open(() => null);
  alone.turnOn("callto:");
  expect(await alone.working()).toBeNull();
  may = false;
  const setting = open();
  setting.turnOn("callto:");
  expect(await setting.working()).toBeNull();
});
it("an administrator's softphone turns it on, and goes before the person's", async () => {
  const setting = open();
  setting.turnOn("callto:");
  managed = "acme:";
  expect(await setting.working()).toMatchObject({ softphone: "acme:" });
  expect(await open().working()).toMatchObject({ softphone: "acme:" });
});
it("the options are told of all that Chrome has granted", async () => {
  const setting = open();
  setting.turnOn("callto:");
  expect(await setting.state()).toEqual({
    ...{ on: true, softphone: "callto:", managed: false, granted: true, full: true, found: null },
  });
  expect(asked).toHaveLength(2);
});
it("a page's guard starts the softphone once links were found to come to this server, until that changes", async () => {
  let who = account;
  const setting = open(() => who);
  const now = () => setting.inPages();
  setting.turnOn("callto:");
  expect(await now()).toBeNull();
  await setting.found("on");
  expect(await now()).toBe("callto:");
  managed = "acme:";
  expect(await now()).toBe("acme:");
  managed = null;
  who = { ...account!, url: "https://other.example" };
  expect(await now()).toBeNull();
  who = account;
  may = false;
  expect(await now()).toBeNull();
  may = true;
  for (const found of ["other", "declined"] as const) {
    await setting.found("on");
    await setting.found(found);
    expect(await now()).toBeNull();
  }
  await setting.found("on");
  setting.turnOff();
  expect(await now()).toBeNull();
});
