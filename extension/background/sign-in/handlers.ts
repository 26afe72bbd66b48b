/** The messages to test, join, sign in to and leave the company's server, unless an enterprise policy locks it. */
import type { Answer, Ask } from "../../messages.ts";
import type { AccountStore } from "./account.ts";
import { testAddress } from "./address.ts";
import type { Managed } from "../managed.ts";
import type { SignIn } from "./provider.ts";

export interface SignInHandlersDeps {
  account: Pick<AccountStore, "join" | "leave">;
  signIn: SignIn;
  managed: Pick<Managed, "mayJoin" | "locked">;
  fetch: typeof fetch;
  /** Called after someone has signed in. */
  entered: () => void;
}

type Entered = Answer<"ui.join">;

export function openSignInHandlers({ account, signIn, managed, fetch: get, entered }: SignInHandlersDeps) {
  async function enter(workerUrl: string, how: () => Promise<Entered>): Promise<Entered> {
    if (!(await managed.mayJoin(workerUrl))) return { ok: false, code: "locked", detail: "" };
    const answer = await how();
    if (answer.ok) entered();
    return answer;
  }
  return {
    "ui.join": ({ workerUrl, code }: Ask<"ui.join">) => enter(workerUrl, () => account.join(workerUrl, code)),
    "ui.signIn": ({ workerUrl }: Ask<"ui.signIn">) => enter(workerUrl, () => signIn.signIn(workerUrl)),
    "ui.provider": ({ workerUrl }: Ask<"ui.provider">) => signIn.provider(workerUrl),
    "ui.test": ({ workerUrl }: Ask<"ui.test">) => testAddress(workerUrl, get),
    // Our page does not offer this while it is locked.
    "ui.leave": (): Promise<Answer<"ui.leave">> =>
      managed.locked().includes("server") ? Promise.resolve({ revoked: false }) : account.leave(),
  };
}
