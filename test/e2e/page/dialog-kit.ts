/** For the tests of the modal that holds a dial: pages whose own click handler dials, as a softphone's does. */
import type { Page } from "playwright-core";
import { expect, inject } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";

const { workerUrl, tokens } = inject("e2e");

export interface PageWindow {
  dialled: string[];
}
export const linkTo = (number: string, id = "link", href = `tel:${number.replace(/[^\d+]/g, "")}`) =>
  `<a id="${id}" href="${href}" onclick="event.preventDefault(); (window.dialled ??= []).push(this.id)">${number}</a>`;
export const fill = (page: { evaluate: Page["evaluate"] }, html: string) =>
  page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html,
  );
/** The clicks that were let through, in the top frame. */
export const dialled = (page: { evaluate: Page["evaluate"] }) =>
  page.evaluate(() => (window as unknown as PageWindow).dialled ?? []);

export const dialsOf = async (number: string) =>
  (
    await call<DialsAnswer>(
      workerUrl,
      tokens.admin,
      "GET",
      `/v1/dials?number=${encodeURIComponent(number)}&limit=500`,
    )
  ).dials;
/** The actions on a number since `before`, oldest first, once there are `count`. */
export async function actions(number: string, before: number, count: number): Promise<string[]> {
  await expect.poll(async () => (await dialsOf(number)).length, { timeout: 20_000 }).toBe(before + count);
  return (await dialsOf(number))
    .slice(0, count)
    .map((d) => d.action)
    .reverse();
}
