/**
 * Each screen by keyboard, in Windows' forced colours: the order of its stops is kept in order.txt, which a change of it must
 * touch (`-u` writes it). Each stop has a name and is seen to have the focus, and nothing is told by a colour alone.
 */
import { beforeAll, expect, it } from "vitest";
import { call, daysAgo, push } from "../../../scripts/lib/seed.ts";
import type { RequestsAnswer } from "../../../shared/privacy-requests/api.ts";
import { loaded, show } from "../desk/kit.ts";
import { desk, get, numbers, openDesk, own, post, view, withOwnWorker } from "../desk/own-worker.ts";
import { shot } from "../kit/shots.ts";
import { toldByColourAlone } from "./colours.ts";
import { more, screens } from "./screens.ts";
import { stopsOf } from "./stops.ts";

withOwnWorker();
const NUMBER = "+441632960920";
/** The screens of one request and one person. */
const ofOne: string[] = [];

beforeAll(async () => {
  const { url } = own.worker;
  await push(url, own.admin, "tps", numbers(5), daysAgo(2));
  await post("/v1/suppressions", { number: NUMBER, kind: "objection", reason: "Asked on the phone" });
  await call(url, null, "POST", "/v1/requests", {
    ...{ kind: "access", name: "Ann Asker", email: "ann@example.com", number: NUMBER },
  });
  const { requests } = await get<RequestsAnswer>("/v1/requests");
  const { people } = await get<{ people: { id: string }[] }>("/v1/people");
  ofOne.push(`/requests/case/${requests[0]!.id}`, `/people/${people[0]!.id}`);
});

// Where Chromium loses its renderer to the change of colours, seen on busy machines alone, the next try opens a page of its own.
const again = { retry: { count: 1, condition: /Target crashed/ } };
it(
  "the order of the stops is the one that is kept, each is named and seen, and no colour tells something alone",
  again,
  async () => {
    await openDesk();
    const order: string[] = [];
    const told: string[] = [];
    const kept = async (screen: string, of: { from?: string; within?: string } = {}) => {
      for (const what of await toldByColourAlone(desk)) told.push(`${screen}: ${what}`);
      await shot(desk, `forced-${screen.replace(/\W+/g, "-")}`);
      order.push(`# ${screen}`, ...(await stopsOf(desk, of)), "");
    };
    await view("/", "Overview");
    await loaded(desk);
    await kept("The desk’s frame", { within: "body:not(:has(main :focus))" });
    const paths = [...new Set([...screens.map(([, hash]) => hash.slice(1)), ...more, ...ofOne])];
    for (const path of paths) {
      await show(desk, path);
      await kept(path.replace(/(case|people)\/.*/, "$1/:id"), { from: "main h1", within: "main" });
    }
    // Each with what it shows last.
    const pages = {
      "popup.html": "CTPS: numbers cannot be screened",
      "options.html": "Begin",
      "tabs/welcome.html": "Invite people",
    };
    for (const [page, last] of Object.entries(pages)) {
      await desk.goto(`chrome-extension://${own.browser.extensionId}/${page}`);
      await desk.getByText(last).first().waitFor();
      await kept(page);
    }
    for (const page of ["/", "/policy", "/privacy-request", "/privacy-request/status", "/join"]) {
      await desk.goto(`${own.worker.url}${page}`);
      await kept(`public ${page}`);
    }
    expect(told).toEqual([]);
    await expect(`${order.join("\n").trim()}\n`).toMatchFileSnapshot("order.txt");
  },
);
