/** A Cloudflare account that records commands, answers as wrangler does, and changes as the real account would. */
import { readFileSync } from "node:fs";
import type { Said, Wrangler } from "../../scripts/lib/wrangler.ts";

export class FakeAccount {
  accounts = [{ id: "a1", name: "Northfold" }];
  databases: { name: string; uuid: string }[] = [];
  buckets: string[] = [];
  queues: string[] = [];
  /** Null until a Worker is deployed. */
  secrets: Record<string, string> | null = null;
  /** The command that fails once. */
  breaks: string | null = null;
  /** The error of that failure. */
  words = "It broke. [code: 10000]";
  calls: string[] = [];
  readonly address: string;
  constructor(address: string) {
    this.address = address;
  }

  /** The commands since the last call. */
  asked = (): string[] => this.calls.splice(0);

  wrangler: Wrangler = (...args) => {
    const command = args.join(" ");
    this.calls.push(command.replace(/ --secrets-file .*/, " --secrets-file FILE"));
    const breaks = this.breaks !== null && command.startsWith(this.breaks);
    if (breaks) this.breaks = null;
    return Promise.resolve(breaks ? wrong(this.words) : this.#answer(command, args));
  };

  #answer(command: string, args: string[]): Said {
    const last = args[args.length - (args.includes("--jurisdiction") ? 3 : 1)]!;
    const list = { r2: this.buckets, queues: this.queues }[args[0]!];
    if (command === "whoami --json")
      return { ...fine(JSON.stringify({ accounts: this.accounts })), ok: this.accounts.length > 0 };
    if (command === "d1 list --json") return fine(JSON.stringify(this.databases));
    if (command.startsWith("d1 create")) this.databases.push({ name: last, uuid: crypto.randomUUID() });
    if (command.startsWith("d1 execute")) return fine('[{"results":[],"meta":{}}]');
    if (command.startsWith("d1 time-travel info")) return fine('{"bookmark":"0000-bookmark"}');
    if (list && args.includes("info") && !list.includes(last))
      return wrong(`The specified ${last} does not exist. [code: 10006]`);
    if (list && args.includes("create")) list.push(last);
    if (command.startsWith("secret list"))
      return this.secrets
        ? fine(JSON.stringify(Object.keys(this.secrets).map((name) => ({ name, type: "secret_text" }))))
        : wrong('Worker "cleardial" not found.');
    return args[0] === "deploy" ? this.#deploy(args) : fine("");
  }

  #deploy(args: string[]): Said {
    const size = "Total Upload: 3184.05 KiB / gzip: 703.77 KiB\n";
    if (args.includes("--dry-run")) return fine(size);
    if (args.includes("--secrets-file"))
      Object.assign((this.secrets ??= {}), JSON.parse(readFileSync(args.at(-1)!, "utf8")));
    this.secrets ??= {};
    return fine(`${size}Deployed cleardial triggers (0.50 sec)\n  ${this.address}\n  schedule: 17 3 * * *\n`);
  }
}

const fine = (out: string): Said => ({ ok: true, out, all: out });
const wrong = (words: string): Said => ({ ok: false, out: "", all: `✘ [ERROR] ${words}` });
