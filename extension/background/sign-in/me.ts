/**
 * Who the Worker says we are: a role may have changed, and the company bears its name only there. It also says when our
 * token is old: then a new one is asked for, and nobody notices.
 */
import type { MeAnswer } from "../../../shared/people/api.ts";
import type { AccountRoom } from "./account.ts";
import type { Link } from "../link.ts";
import type { Shelf } from "../storage.ts";

const KEY = "me";
const FRESH_MS = 10 * 60_000;

interface MeDeps {
  link: Link;
  account: AccountRoom;
  shelf: Shelf;
  now: () => number;
}

export function openMe({ link, account, shelf, now }: MeDeps) {
  let learning: Promise<void> | null = null;

  async function learn(): Promise<void> {
    const last = shelf.get<number>(KEY);
    if (last !== undefined && now() - last < FRESH_MS) return;
    const before = await account.current();
    const { data } = await link.call<MeAnswer>("GET", "/v1/me");
    if (!(await account.learn(before?.token ?? "", data.person, data.company))) return;
    shelf.set(KEY, now());
    if (data.rotate) await rotate();
  }

  /** Should its answer be lost, the old token goes on for a week, and is told to rotate again when next it is used. */
  async function rotate(): Promise<void> {
    const before = await account.current();
    if (!before) return;
    const { data } = await link.call<{ token: string }>("POST", "/v1/tokens/rotate");
    await account.renew(before.token, data.token);
  }

  return {
    /** One at a time: of two new tokens only the second would count. */
    learn: (): Promise<void> => (learning ??= learn().finally(() => (learning = null))),
    reset: () => shelf.remove(KEY),
  };
}
