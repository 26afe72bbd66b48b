/**
 * Vendors' softphones in pages of a browser with the extension, and what stands for the vendors' servers: sockets of this
 * machine, by TLS where a kit wants it, under the vendors' own names.
 */
import { once } from "node:events";
import { createServer as createPlain, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import * as esbuild from "esbuild";
import type { Frame, Page } from "playwright-core";
import { expect, inject } from "vitest";
import { grantedCopy } from "../../../scripts/lib/browser.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { call } from "../../../scripts/lib/seed.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { isUnexplained } from "../../../shared/dials/unexplained.ts";
import { makeCertificate } from "./certificate.ts";
import { expectVerdicts, inFront, launch, type Launched } from "./harness.ts";
import { closed, modal, press } from "./modal.ts";
import { allNumbers, standingOf } from "./model.ts";
import { type Line, serveSockets } from "./socket-server.ts";

/** By the fixtures' rule. */
export const BARRED = "+441614960010";
export const CLEAR = "+441614960101";
export const READ_FIRST = "+441614960061";
export const SECOND = "+441614960102";
export const THIRD = "+441614960104";
/** Those that a page does not show: nothing is known of them when they are called. */
export const unseen = { barred: "+441614960020", clear: "+441614960024" };
/** Clear ones of which the background has not heard either, each once: what another page asked about is known for a while. */
const unheard = allNumbers()
  .filter((number) => number.startsWith("01614960") && Number(number.slice(-3)) >= 200)
  .filter((number) => standingOf(number) === null)
  .map((number) => `+44${number.slice(1)}`);
export const nextUnheard = (): string => unheard.shift()!;

/** What a page has of its phone: `begin` calls a number, `said` is what the phone said, in order. */
export interface PhoneWindow {
  begin: (number: string) => Promise<void>;
  said: string[];
}

/** A kit, as a page bundles it: its exports are `kit`, and `kit.Kit` is what it exports by default. */
export const bundle = (entry: string): string =>
  esbuild.buildSync({
    stdin: {
      contents: `export * from "${entry}"; import * as all from "${entry}";
        const usual = all["default"] ?? all; export const Kit = usual["default"] ?? usual;`,
      resolveDir: at("test/softphones"),
    },
    ...{ bundle: true, write: false, format: "iife", globalName: "kit", platform: "browser" },
    logLevel: "error",
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
  }).outputFiles[0]!.text;

/** A page that shows the numbers, so that they are known when they are called. */
export const htmlOf = (script: string, body = "") =>
  `<!doctype html><title>Softphone</title><link rel="icon" href="data:,">${body}
  <p>${BARRED}<p>${[CLEAR, SECOND, THIRD].join("<p>")}<p>${READ_FIRST}<script>${script.replaceAll("</script", "<\\/script")}</script>`;

export interface Options {
  /** Origins of vendors' frames, which are turned on too. */
  vendors?: string[];
  /** Names that lead to the secure server. */
  hosts?: string[];
  /** What reaches a socket, and the address that it was opened by. */
  hear?: (text: string, line: Line, address: string) => void;
  /** The port of a server behind ours, to which all sockets lead instead. */
  behind?: number;
}

function passOn({ url, rawHeaders }: IncomingMessage, socket: Duplex, port: number): void {
  const onward = connect(port, "127.0.0.1");
  for (const end of [socket, onward]) end.on("error", () => [socket, onward].map((one) => one.destroy()));
  const headers = rawHeaders.map((part, i) => part + (i % 2 ? "\r\n" : ": ")).join("");
  onward.write(`GET ${url} HTTP/1.1\r\n${headers}\r\n`);
  socket.pipe(onward).pipe(socket);
}

export interface Phones extends Launched {
  /** The page's own origin. */
  url: string;
  /** `127.0.0.1:PORT` of the plain server and of the secure one. */
  plain: string;
  secure: string;
  /** A tab of another origin, where the extension is not turned on, with a script of its own. */
  unguarded: (script: string) => Promise<Page>;
  /** A tab of the page's own origin. */
  guarded: (script: string) => Promise<Page>;
  /** Opens the page with a script of its own. */
  open: (script: string) => Promise<void>;
  /** Opens it with a vendor's frame in it, which has a script too. */
  framed: (vendor: string, path: string, inside: string, outside: string) => Promise<Frame>;
  /** What the phone said, and has said since. */
  said: () => Promise<string[]>;
  begin: (number: string) => Promise<void>;
  /**
   * Calls a number that is clear and that the page does not show, until the call has gone out. A busy machine may not say in the
   * second and a half that a call may wait what the number is: such a call is rightly ended, and begun again.
   */
  beginUntil: (number: string, out: () => boolean | Promise<boolean>) => Promise<void>;
  /** The records of calls to a number: `protocol held`. */
  dials: (number: string) => Promise<string[]>;
  /** The hosts of unexplained calls on record. */
  unexplained: () => Promise<string[]>;
  closeDialog: () => Promise<void>;
  /** Whether the extension's own questions to the Worker are left without an answer. */
  deaf: (isDeaf: boolean) => Promise<void>;
}

export async function openPhones({ vendors = [], hosts = [], hear, behind }: Options): Promise<Phones> {
  const { workerUrl, tokens, build } = inject("e2e");
  const folder = mkdtempSync(join(tmpdir(), "cleardial-softphones-"));
  /** Pages by their paths. They come by the network: only such a page may open sockets of this machine. */
  const pages = new Map<string | undefined, string>();
  const serve: Parameters<typeof createPlain>[1] = ({ url: path }, response) => {
    const headers = { "access-control-allow-origin": "*", "content-type": "text/html" };
    response.writeHead(200, headers).end(pages.get(path) ?? "");
  };
  const servers: Server[] = [createPlain(serve), createSecure(await makeCertificate(), serve)];
  const addresses = await Promise.all(
    servers.map(async (server) => {
      if (hear) serveSockets(server, hear);
      if (behind !== undefined) server.on("upgrade", (request, socket) => passOn(request, socket, behind));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const [plain = "", secure = ""] = addresses;
  const url = `http://${plain.replace("127.0.0.1", "localhost")}`;
  const own = ["http://localhost/*", "http://127.0.0.1/*"];
  const extension = grantedCopy(build, join(folder, "extension"), [
    ...vendors.map((origin) => `${origin}/*`),
    ...own,
  ]);
  const browser = await launch({
    ...{ extension, sites: [url, ...vendors] },
    flags: [
      ...["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
      ...[
        "--ignore-certificate-errors",
        `--host-resolver-rules=${hosts.map((h) => `MAP ${h} ${secure}`).join()}`,
      ],
    ],
  });
  const { page, context } = browser;
  await context.grantPermissions(["microphone"], { origin: url });
  const ready = async () => {
    await inFront(page);
    const clear = { [CLEAR]: "clear", [SECOND]: "clear", [THIRD]: "clear" } as const;
    await expectVerdicts(page, { [BARRED]: "blocked", [READ_FIRST]: "caution", ...clear });
  };
  const beside = async (origin: string, script: string) => {
    pages.set("/other", htmlOf(script));
    const other = await context.newPage();
    await other.goto(`${origin}/other`);
    return other;
  };
  const dialsOf = async (query: string) =>
    (await call<DialsAnswer>(workerUrl, tokens.compliance, "GET", `/v1/dials?${query}`)).dials;
  const begin = (number: string) =>
    page.evaluate((to) => (window as unknown as PhoneWindow).begin(to), number);
  const closeDialog = async () => {
    await press(page, "Close");
    await closed(page);
  };
  return {
    ...browser,
    ...{ url, plain, secure, begin, closeDialog },
    async beginUntil(number, out) {
      for (let times = 0; times < 10; times++) {
        void begin(number).catch(() => {});
        await expect.poll(async () => (await out()) || (await modal(page)) !== null).toBe(true);
        if (await out()) return;
        await closeDialog();
      }
    },
    guarded: (script) => beside(url, script),
    async unguarded(script) {
      await context.grantPermissions(["microphone"], { origin: `http://${plain}` });
      return beside(`http://${plain}`, script);
    },
    async open(script) {
      pages.set("/phone", htmlOf(script));
      await page.goto(`${url}/phone`);
      await ready();
    },
    async framed(vendor, path, inside, outside) {
      pages.set("/phone", htmlOf(outside, `<div id="phone"></div>`));
      await page.unrouteAll();
      await page.route(`${vendor}/**`, (route) =>
        route.fulfill({ contentType: "text/html", body: htmlOf(inside) }),
      );
      await page.goto(`${url}/phone`);
      const frame = () => page.frames().find((one) => one.url().startsWith(vendor + path));
      await expect.poll(() => frame() !== undefined).toBe(true);
      await ready();
      return frame()!;
    },
    said: () => page.evaluate(() => (window as unknown as PhoneWindow).said),
    dials: async (number) =>
      (await dialsOf(`number=${encodeURIComponent(number)}`)).map(
        ({ layer, action }) => `${layer} ${action}`,
      ),
    unexplained: async () =>
      (await dialsOf("verdict=unknown")).filter(isUnexplained).map(({ host }) => host.split(":")[0]!),
    async deaf(isDeaf) {
      const [worker] = context.serviceWorkers();
      await worker!.evaluate((mute) => {
        const kept = globalThis as unknown as { fetched?: typeof fetch; left?: (() => void)[] };
        kept.fetched ??= fetch;
        kept.left ??= [];
        const unanswered = () =>
          new Promise<never>((_, failed) => kept.left!.push(() => failed(new TypeError())));
        globalThis.fetch = mute ? unanswered : kept.fetched;
        if (!mute) for (const fail of kept.left.splice(0)) fail();
      }, isDeaf);
    },
    async close() {
      await browser.close();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
