/** Who is signed in, and where. The token stands in the extension's own storage and never leaves the background. */
import type { Person, TokenAnswer } from "../../shared/api.ts";
import type { Answer } from "../messages.ts";
import { post, testAddress } from "./address.ts";
import type { Account } from "./link.ts";
import type { Shelf } from "./shelf.ts";

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
  async function current(): Promise<Account | null> {
    await local.ready;
    return local.get<Account>(KEY) ?? null;
  }

  /** True where the Worker confirmed that the token is dead. */
  async function revoke({ url, token }: Account): Promise<boolean> {
    try {
      const answer = await get(`${url}/v1/tokens/current`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${token}` },
        credentials: "omit",
        signal: AbortSignal.timeout(5000),
      });
      return answer.ok || answer.status === 401;
    } catch {
      return false;
    }
  }

  async function put(account: Account | null): Promise<void> {
    const before = await current();
    if (account) local.set(KEY, account);
    else local.remove(KEY);
    await local.settled();
    if (before?.token !== account?.token || before?.url !== account?.url) changed();
  }

  return {
    current,
    async join(workerUrl: string, code: string): Promise<Answer<"ui.join">> {
      const tested = await testAddress(workerUrl, get);
      if (!tested.ok) return tested;
      if (tested.setup) return { ok: false, code: "setup-open", detail: tested.url };
      const joined = await post<TokenAnswer>(`${tested.url}/v1/join`, { code: code.trim(), device }, get);
      if (!joined.ok) return joined;
      const before = await current();
      const { token, person } = joined.data;
      await put({ url: tested.url, token, person, company: "" });
      if (before) await revoke(before);
      return { ok: true, person };
    },
    async leave(): Promise<{ revoked: boolean }> {
      const before = await current();
      const revoked = before ? await revoke(before) : true;
      await put(null);
      return { revoked };
    },
    /** What the Worker says now of the person and the company. */
    async learn(person: Person, company: string): Promise<void> {
      const mine = await current();
      if (mine) await put({ ...mine, person, company });
    },
  };
}

export type AccountRoom = ReturnType<typeof openAccount>;
