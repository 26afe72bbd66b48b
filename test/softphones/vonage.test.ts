/**
 * Vonage's kit itself, against a server on the other side of our scripts: how a call begins in it, which is why it has no row. The kit
 * runs as a browser loads it; its client by a bundler's name would take Node's own socket.
 */
import { readFileSync } from "node:fs";
import type { VonageClient } from "@vonage/client-sdk";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { documented } from "../../extension/page/protocols/documented.ts";
import { FakeSocket, openWorlds, type Worlds } from "../extension/page/protocols/worlds.ts";
import { openRtc, Peer, SDP } from "./rtc.ts";

const BARRED = "+441134960001";

/** The kit waits for a first candidate, and says whom it calls once the audio is connected. */
class Connecting extends Peer {
  onconnectionstatechange: (() => void) | null = null;
  override setLocalDescription(description: { type: string; sdp: string }) {
    const local = Object.assign(new RTCSessionDescription({ type: "offer" }), description);
    setTimeout(() => this.onicecandidate?.({ candidate: {} }), 5);
    return super.setLocalDescription(local);
  }
  override setRemoteDescription(description: { type: string; sdp: string }) {
    setTimeout(() => {
      this.connectionState = "connected";
      this.onconnectionstatechange?.();
    }, 5);
    return super.setRemoteDescription(description);
  }
}

interface Sent {
  way: string;
  body: {
    body?: { offer: { type: string; sdp: string } };
    channel?: { to: object };
    properties?: { custom_data: object };
  };
}
let worlds: Worlds;
let sent: Sent[];
let client: VonageClient;
/** The server says no to whom it calls. */
let refuses = false;
beforeAll(async () => {
  // It writes down what it does.
  for (const method of ["debug", "info", "log", "warn", "error"] as const)
    vi.spyOn(console, method).mockReturnValue();
  worlds = await openWorlds();
  openRtc();
  vi.stubGlobal("RTCPeerConnection", Connecting);
  vi.stubGlobal("location", { protocol: "https:", hostname: "crm.example", port: "" });
  sent = [];
  vi.stubGlobal("fetch", (url: string, { method, body }: { method: string; body: string }) => {
    const { host, pathname } = new URL(url);
    sent.push({ way: `${method} ${host}${pathname}`, body: JSON.parse(body) as Sent["body"] });
    const isAudio = pathname.endsWith("/legs");
    return Promise.resolve(
      refuses && !isAudio
        ? Response.json({ code: "http:error:forbidden", title: "Forbidden", type: "" }, { status: 403 })
        : Response.json(isAudio ? { rtc_id: "LEG", sdp: SDP } : { id: "K" }),
    );
  });
  const says = (socket: FakeSocket, packet: string, what: unknown) =>
    socket.hears(packet + JSON.stringify(what));
  // Engine.IO 4 and Socket.IO 5: its own packets are told by their first digits.
  FakeSocket.server = (text, socket) => {
    if (text !== "40") return;
    says(socket, "40", { sid: "socket" });
    const body = { id: "SES", user_id: "USR", name: "agent", api_key: "key" };
    says(socket, "42", ["session:success", { body }]);
  };
  const kit = "./node_modules/@vonage/client-sdk/dist/vonageClientSDK.mjs";
  const { VonageClient: Client } = (await import(/* @vite-ignore */ kit)) as {
    VonageClient: typeof VonageClient;
  };
  client = new Client();
  const session = client.createSession(tokenOf("agent"));
  await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(1));
  says(FakeSocket.made[0]!, "0", { sid: "e", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 });
  expect(await session).toBe("SES");
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** It reads who signs in; nobody here checks the signature. */
const tokenOf = (sub: string) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ sub, exp: Date.now() / 1000 + 3600, application_id: "app" })}.x`;
};

it("begins a call by two requests, the audio's and then the number's: nothing of it goes by its socket", async () => {
  void client.serverCall({ to: BARRED });
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  const [audio, call] = sent;
  expect(audio!.way).toBe("POST api-us.vonage.com/v0.3/legs");
  expect(audio!.body.body!.offer.type).toBe("offer");
  expect(audio!.body.body!.offer.sdp).toContain("m=audio");
  expect(JSON.stringify(audio)).not.toContain(BARRED);
  // What rings, the company's own server says to what the app gave it: the kit takes the member `to` for the number.
  expect(call).toMatchObject({
    way: "POST api-us.vonage.com/v0.3/knocking",
    body: {
      channel: { to: { type: "phone", number: BARRED } },
      properties: { custom_data: { to: BARRED } },
    },
  });
  expect(FakeSocket.made.map((socket) => worlds.texts(socket))).toEqual([["40"]]);
  expect(worlds.judged).toEqual([]);
});

it("and with another member of the app's own, the number is only in that", async () => {
  sent = [];
  void client.serverCall({ callee: BARRED });
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]!.body).toMatchObject({
    channel: { to: { type: "phone", number: "" } },
    properties: { custom_data: { callee: BARRED } },
  });
  expect(worlds.judged).toEqual([]);
});

it("that is refused in the answer to the number's request ends as Vonage's own refusals do", async () => {
  refuses = true;
  const call = client.serverCall({ to: BARRED });
  await expect(call).rejects.toMatchObject({ type: "CS_ERROR", code: "http:error:forbidden" });
  refuses = false;
});

it("is what the options page says of it", () => {
  const pins = JSON.parse(readFileSync(at("test/softphones/package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const { source } = documented.find(({ title }) => title === "Vonage")!;
  expect(source).toContain(
    `@vonage/client-sdk ${pins.devDependencies["@vonage/client-sdk"]} begins a call by a request`,
  );
  expect(source).toContain("POST /v0.3/knocking");
});
