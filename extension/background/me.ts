/** Who the Worker says we are: a role may have changed, and the company bears its name only there. */
import type { Person } from "../../shared/api.ts";
import type { AccountRoom } from "./account.ts";
import type { Link } from "./link.ts";
import type { Shelf } from "./shelf.ts";

const KEY = "me";
const FRESH_MS = 10 * 60_000;

interface MeDeps {
  link: Link;
  account: AccountRoom;
  shelf: Shelf;
  now: () => number;
}

export function openMe({ link, account, shelf, now }: MeDeps) {
  return {
    async learn(): Promise<void> {
      const last = shelf.get<number>(KEY);
      if (last !== undefined && now() - last < FRESH_MS) return;
      const { data } = await link.call<{ person: Person; company: string }>("GET", "/v1/me");
      shelf.set(KEY, now());
      await account.learn(data.person, data.company);
    },
    reset: () => shelf.remove(KEY),
  };
}
