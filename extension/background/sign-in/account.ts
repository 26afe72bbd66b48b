/** Who is signed in, and where. The token is in the extension's own storage and never leaves the background. */
import type { Person, TokenAnswer } from "../../../shared/people/api.ts";
import type { Problem } from "../../../shared/api.ts";
import type { Answer } from "../../messages.ts";
import { send, testAddress } from "./address.ts";
import type { CachedStorage } from "../storage.ts";

const KEY = "account";

export interface Account {
  /** The Worker's address, without a final slash. */
  url: string;
  token: string;
  person: Person;
  company: string;
  /** Signed in by an enterprise policy, perhaps with the token of many browsers: never revoked from here. */
  managed?: true;
}

export interface AccountDeps {
  local: CachedStorage;
  fetch: typeof fetch;
  /** This browser's name in the person's list of browsers. */
  device: string;
  /** Called when the account or its token changes: discard everything learnt with the last one. */
  changed: () => void;
}

export function openAccount({ local, fetch: get, device, changed }: AccountDeps) {
  /** The account to use while its new token is being written to the disk. */
  let still: Account | null = null;

  async function current(): Promise<Account | null> {
    await local.ready;
    return still ?? local.get<Account>(KEY) ?? null;
  }

  /**
   * Revokes an account's token. `revoked`: the Worker confirmed it. `refused`: the Worker's reason for not revoking it,
   * because no one else is signed in as an administrator. A managed token is never revoked: other browsers may use it.
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

  /** Signs in, and revokes the token of the account that was signed in before. */
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
    /** Stores the person and company as the Worker now has them. False if another account has signed in meanwhile. */
    async learn(token: string, person: Person, company: string): Promise<boolean> {
      const mine = await current();
      if (mine?.token !== token) return false;
      await put({ ...mine, person, company });
      return true;
    },
    /**
     * Replaces the account's token. It is written to the disk before any request uses it, because its first use revokes
     * the old one and Chrome may stop the service worker at any moment.
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

export type AccountStore = ReturnType<typeof openAccount>;
