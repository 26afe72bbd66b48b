/** For the tests of privacy requests on the desk: a Worker with a recording, and an officer's steps. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, expect } from "vitest";
import { at } from "../../../../scripts/lib/paths.ts";
import { addIntegration, call, hoursAgo } from "../../../../scripts/lib/seed.ts";
import type { RequestAnswer } from "../../../../shared/privacy-requests/api.ts";
import { button, dialog, get, own, withOwnWorker } from "../own-worker.ts";

export const NUMBER = "+442079460958";
let dialler: string;

/** Called once in a file. The officer is Cora; the recording is of NUMBER, five hours old. */
export function withRequests(): void {
  withOwnWorker({ name: "Cora Compliance", email: "cora@example.com", role: "compliance" });
  beforeAll(async () => {
    dialler = await addIntegration(own.worker.url, own.admin);
    await recorded("call-1", 5);
  });
}

/** A recording with its audio. */
export async function recorded(providerId: string, hours: number, number = NUMBER): Promise<void> {
  const { id } = await recording(providerId, hoursAgo(hours), number);
  await fetch(`${own.worker.url}/v1/recordings/${id}/audio`, {
    method: "PUT",
    headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/mpeg" },
    body: readFileSync(at("test/pages/call.mp3")),
  });
}

/** Registered without audio. Of more than a day ago it would be imported. */
export const recording = (providerId: string, startedAt: string, number = NUMBER) =>
  call<{ id: string }>(own.worker.url, dialler, "POST", "/v1/recordings", {
    ...{ provider: "dialler", providerId, number, direction: "outbound", seconds: 10 },
    ...{ startedAt, storage: { kind: "r2" }, announced: true },
    purpose: "quality",
  });
export const one = (id: string) => get<RequestAnswer>(`/v1/requests/${id}`);
export const state = (name: string) =>
  own.browser.page.locator(".desk-head .desk-tag").getByText(name, { exact: true }).waitFor();

/** The one next step. */
export const lead = () => own.browser.page.locator("[data-lead]");
/** Opens what is beside it. */
const more = () =>
  own.browser.page.locator("details.desk-more").evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
/** Presses a step's button, which may be among the others: what the page reads again closes them. */
export const press = (name: string): Promise<void> =>
  expect
    .poll(async () => {
      await more();
      return button(name)
        .first()
        .click({ timeout: 2000 })
        .then(
          () => true,
          () => false,
        );
    })
    .toBe(true);
/** Waits for what a step needs first, which stands beside the next step. */
export const waits = (what: string | RegExp) =>
  expect
    .poll(async () => {
      await more();
      return own.browser.page.getByText(what).first().isVisible();
    })
    .toBe(true);
/** Takes the next step, with its text if it wants one. */
export async function next(yes: string, said?: string): Promise<void> {
  await button(yes, lead()).waitFor();
  if (said !== undefined) await lead().getByRole("textbox").fill(said);
  await button(yes, lead()).click();
  await button(yes, lead()).waitFor({ state: "detached" });
}
/** Presses a step's button, fills in its dialog, and presses the dialog's button. */
export async function step(name: string, said: string | null, yes: string): Promise<void> {
  await press(name);
  if (said !== null) await dialog().getByRole("textbox").fill(said);
  await button(yes, dialog()).click();
  await dialog().waitFor({ state: "hidden" });
}

/** What the page prints last, as a page of its own: Chrome's dialog, which no test sees, saves it as PDF. */
export async function prints(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const native = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow")!;
    Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
      configurable: true,
      get(this: HTMLIFrameElement) {
        const view = native.get!.call(this) as Window | null;
        if (view)
          view.print = () => (document.body.dataset["printed"] = view.document.documentElement.innerText);
        return view;
      },
    });
  });
  return () => page.evaluate(() => document.body.dataset["printed"] ?? "");
}
