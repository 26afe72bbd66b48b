/** Who is signed in, and where. The token stands in the extension's own storage and never leaves the background. */
import type { Person, TokenAnswer } from "../../../shared/people/api.ts";
import type { Problem } from "../../../shared/api.ts";
import type { Answer } from "../../messages.ts";
import { send, testAddress } from "./address.ts";
import type { Account } from "../link.ts";
import type { Shelf } from "../storage.ts";

const KEY = "account";

export interface AccountDeps {
  local: Shelf;
  fetch: typeof fetch;
  /** How this browser is named in the list of a person's devices. */
  device: string;
  /** Another account, or none: nothing learnt under the last one counts. */
  changed: () => void;
}

export function openAccount({ local, fetch: get, device, changed }: AccountDeps) {
  /** The account that is still used while its new token is on the way to the disk. */
  let still: Account | null = null;

  async function current(): Promise<Account | null> {
    await local.ready;
    return still ?? local.get<Account>(KEY) ?? null;
  }

  /**
   * `revoked` where the Worker confirmed that the token is dead; `refused`, in words, where it must not die: nobody else
   * is signed in as an administrator. A managed one is the administrator's to end.
   */
  async function revoke({ url, token, managed }: Account): Promise<Answer<"ui.leave">> {
    if (managed) return { revoked: true };
    try {
      const answer = await get(`${url}/v1/tokens/current`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${token}` },
        credentials: "omit",
        signal: AbortSignal.timeout(5000),
      });
      if (answer.status === 409) {
        const { code, title, detail } = (await answer.json()) as Partial<Problem>;
        if (code === "last-admin") return { revoked: false, refused: detail ?? title ?? code };
      }
      return { revoked: answer.ok || answer.status === 401 };
    } catch {
      return { revoked: false };
    }
  }

  async function put(account: Account | null): Promise<void> {
    const before = await current();
    still = null;
    if (account) local.set(KEY, account);
    else local.remove(KEY);
    await local.settled();
    if (before?.token !== account?.token || before?.url !== account?.url) changed();
  }

  /** Takes the place of the present account, whose token ends. */
  async function enter(account: Account): Promise<void> {
    const before = await current();
    await put(account);
    if (before) await revoke(before);
  }

  return {
    current,
    enter,
    async join(workerUrl: string, code: string): Promise<Answer<"ui.join">> {
      const tested = await testAddress(workerUrl, get);
      if (!tested.ok) return tested;
      if (tested.setup) return { ok: false, code: "setup-open", detail: tested.url };
      const body = { code: code.trim(), device };
      const joined = await send<TokenAnswer>(get, `${tested.url}/v1/join`, { body });
      if (!joined.ok) return joined;
      const { token, person } = joined.data;
      await enter({ url: tested.url, token, person, company: "" });
      return { ok: true, person };
    },
    async leave(): Promise<Answer<"ui.leave">> {
      const before = await current();
      const answer = before ? await revoke(before) : { revoked: true };
      if (answer.refused === undefined) await put(null);
      return answer;
    },
    /** What the Worker says now of the person and the company. False where it is another account by now. */
    async learn(token: string, person: Person, company: string): Promise<boolean> {
      const mine = await current();
      if (mine?.token !== token) return false;
      await put({ ...mine, person, company });
      return true;
    },
    /**
     * A new token for the same account. It is on the disk before any request bears it: its first use ends the old one,
     * and Chrome may stop us at any moment.
     */
    async renew(old: string, token: string): Promise<void> {
      const mine = await current();
      if (mine?.token !== old) return;
      still = mine;
      local.set(KEY, { ...mine, token } satisfies Account);
      await local.settled();
      if (still === mine) still = null;
    },
  };
}

export type AccountRoom = ReturnType<typeof openAccount>;
