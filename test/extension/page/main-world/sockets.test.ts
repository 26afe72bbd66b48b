/** What leaves by a page's socket: the same, unless it begins a call that may not be made. Attacks first. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settle } from "../../clock.ts";
import { type FakeSocket, nativeSend, openWorlds, type Worlds } from "../protocols/worlds.ts";

const BARRED = "+441134960001";
const CLEAR = "+441134960008";
const invite = (number: string, id = "c1") =>
  [
    `INVITE sip:${number}@pbx.example SIP/2.0`,
    "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1",
    ...[`To: <sip:${number}@pbx.example>`, "From: <sip:a@pbx.example>;tag=me"],
    ...[`Call-ID: ${id}`, "CSeq: 1 INVITE", "Content-Length: 0", "", ""],
  ].join("\r\n");
const twilio = (number: string) =>
  JSON.stringify({
    payload: {
      callsid: "TJS1",
      sdp: "v=0\r\nm=audio 9",
      twilio: { params: `To=${encodeURIComponent(number)}` },
    },
    ...{ type: "invite", version: "1.6" },
  });

let worlds: Worlds;
let socket: FakeSocket;
let heard: unknown[];
beforeEach(async () => {
  worlds = await openWorlds();
  worlds.rule((numbers) => (numbers === CLEAR ? "go" : "refuse"));
  socket = new worlds.Socket("wss://pbx.example/ws");
  heard = [];
  socket.addEventListener("message", (event) => heard.push((event as MessageEvent).data));
  await settle();
});
afterEach(() => void vi.unstubAllGlobals());
const tasks = () => vi.waitFor(() => expect(heard.length).toBeGreaterThan(0));
const bytes = (text: string) => new TextEncoder().encode(text);

describe("a call to a barred number never leaves", () => {
  const padded = (text: string) => {
    const all = new Uint8Array(text.length + 40);
    all.set(bytes(text), 20);
    return all;
  };
  const text = invite(BARRED);
  it.each<[string, () => unknown]>([
    ["as a text", () => text],
    ["as a String object", () => new String(text)],
    [
      "as an object that says something else the second time",
      () => ({ toString: [() => text, () => "hello"][Symbol.iterator]().next().value }),
    ],
    ["as a buffer", () => bytes(text).buffer],
    ["as a view into a larger buffer", () => padded(text).subarray(20, 20 + text.length)],
    ["as a DataView", () => new DataView(padded(text).buffer, 20, text.length)],
    ["behind line ends", () => `\r\n\r\n${text}`],
    ["in lower case", () => text.replace(/INVITE (\S+) SIP/, "invite $1 sip")],
    ["as bytes behind line ends", () => bytes(`\r\n${text}`)],
    ["as JSON", () => twilio(BARRED)],
    [
      "as JSON with an escaped letter",
      () => twilio(BARRED).replace('"invite"', '"\\u0069nvite"').replace("=audio", "=\\u0061udio"),
    ],
    ["as JSON behind blanks", () => ` \n${twilio(BARRED)}`],
    [
      "as JSON beyond 64 kB",
      () => JSON.stringify({ pad: "x".repeat(1e5), ...(JSON.parse(twilio(BARRED)) as object) }),
    ],
    ["as bytes of JSON with a byte order mark", () => bytes(`\uFEFF${twilio(BARRED)}`)],
  ])("%s", async (_, make) => {
    socket.send("hello");
    socket.send(make());
    await tasks();
    expect(worlds.texts(socket)).toEqual(["hello"]);
    expect(worlds.judged.map(({ numbers }) => [...numbers])).toEqual([[BARRED]]);
  });

  it("as a Blob, and what is sent after it leaves after it", async () => {
    socket.send("first");
    socket.send(new Blob([invite(BARRED)]));
    socket.send("second");
    socket.send(new Blob(["no call"]));
    socket.send("third");
    await vi.waitFor(() => expect(worlds.texts(socket)).toEqual(["first", "second", "no call", "third"]));
  });

  it("whatever the page put in place of the methods of strings", async () => {
    const broken = vi.spyOn(String.prototype, "includes").mockReturnValue(false);
    const last = vi.spyOn(String.prototype, "lastIndexOf").mockReturnValue(-1);
    socket.send("hello");
    socket.send(twilio(BARRED));
    for (const spy of [broken, last]) spy.mockRestore();
    await tasks();
    expect(worlds.texts(socket)).toEqual(["hello"]);
  });
});

describe("bytes", () => {
  it("are shown to the guard where their text is, and no others", async () => {
    const { isLikely, isLikelyBytes } = await import("../../../../extension/page/main-world/sockets.ts");
    const odd = ["", "x", " x"];
    const parts = [
      "=audio",
      "=aud",
      "\\u0061",
      "\\\\",
      "\\n",
      "audio",
      "u=d",
      "\\",
      "u",
      "d",
      "é=audio",
      "\uFFFD",
    ];
    const texts = [
      ...["", " ", "{", "[", "{}", "\uFEFF{}", " [1]", "\r\n{", "I", "IN", "\uFEFF", "hello", "MESSAGE"],
      ...[
        invite(BARRED),
        invite(BARRED).toLowerCase(),
        ` ${invite(BARRED)}`,
        `\uFEFF${invite(BARRED)}`,
        twilio(BARRED),
      ],
      ...["{", "["].flatMap((first) =>
        odd.flatMap((before) =>
          parts.flatMap((part) => odd.map((after) => `${first}${before}${part}${after}`)),
        ),
      ),
      ...parts.flatMap((one) => parts.map((other) => `{"a":"${"pad".repeat(40)}${one}${other}"}`)),
    ];
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (const text of texts) {
      const sent = bytes(text);
      const [same, whole] = [isLikely(decoder.decode(sent)), isLikelyBytes(sent)];
      expect(whole, JSON.stringify(text)).toBe(same);
    }
    expect(texts.filter((text) => isLikelyBytes(bytes(text))).length).toBeGreaterThan(50);
    // At whatever place among words of four bytes, from wherever the bytes begin.
    for (const part of parts)
      for (let before = 0; before < 8; before++)
        for (let after = 0; after < 4; after++) {
          const text = `{"${"p".repeat(before)}${part}${"q".repeat(after)}`;
          const [sent, wider] = [bytes(text), bytes(`x${text}`).subarray(1)];
          expect([isLikelyBytes(sent), isLikelyBytes(wider)], text).toEqual([isLikely(text), isLikely(text)]);
        }
    // Cut in the middle of a character.
    expect(isLikelyBytes(bytes('{"é=audio').subarray(0, 3))).toBe(false);
  });
  it("of JSON are seen where they offer audio, however its lines end, and not where there is a word alone", async () => {
    const { isLikely, isLikelyBytes } = await import("../../../../extension/page/main-world/sockets.ts");
    const offers = ["\r\n", "\n", "\r", "\u2028"].map((end) => JSON.stringify({ sdp: `v=0${end}m=audio 9` }));
    const escaped = [
      '{"sdp":"v=0\\u000am=audio 9"}',
      '["v=0\\nm=\\u0061udio"]',
      '{"sdp":"v=0\\nm\\u003Daudio 9"}',
    ];
    const words = ['{"note":"track=audio"}', '{"note":"line\\nline"}'];
    for (const [texts, is] of [
      [[...offers.slice(0, 3), ...escaped], true],
      [[...offers.slice(3), ...words], false],
    ] as const)
      for (const text of texts) expect([isLikely(text), isLikelyBytes(bytes(text))], text).toEqual([is, is]);
  });
  it("of JSON are decoded for a backslash alone, and not for letters beyond ASCII", async () => {
    const { mayEscape } = await import("../../../../extension/page/main-world/sockets.ts");
    for (const letter of ["ü", "é", "€", "ł", "漢", "😀", "\u0080", "\uFFFF", "]", "[", "\u007f"])
      for (const before of ["", "a", "ab", "abc"]) {
        const text = `{"note":"${before}${letter.repeat(9)}`;
        expect([mayEscape(bytes(`${text}"}`)), mayEscape(bytes(`${text}\\n"}`))], text).toEqual([
          false,
          true,
        ]);
      }
  });
  it("however the page says how long they are", async () => {
    const lied = bytes(twilio(BARRED));
    Object.defineProperty(lied, "length", { value: 0 });
    socket.send("hello");
    socket.send(lied);
    await tasks();
    expect(socket.sent).toEqual(["hello"]);
  });
});

describe("what passes", () => {
  it("is the same, and untouched", () => {
    const own = bytes("binary");
    const sent = ["hello", "\r\n\r\n", '{"type":"chat"}', own, own.buffer, new String("text")];
    for (const data of sent) socket.send(data);
    socket.send(invite(CLEAR));
    expect(socket.sent.slice(0, 5)).toEqual(sent.slice(0, 5));
    expect(socket.sent.slice(3, 5)).toSatisfy((all: unknown[]) =>
      all.every((data, at) => data === sent[at + 3]),
    );
    expect(socket.sent.slice(5)).toEqual(["text", invite(CLEAR)]);
  });

  it("a call that waited leaves as it was, bytes as bytes", async () => {
    const { promise, resolve } = Promise.withResolvers<"go">();
    worlds.rule(() => promise);
    const data = bytes(invite(CLEAR));
    const before = data.slice();
    socket.send(data);
    // What the page does to it meanwhile changes nothing.
    data.fill(120);
    socket.send("hello");
    resolve("go");
    await settle();
    expect(socket.sent[0]).toBe("hello");
    expect(new Uint8Array(socket.sent[1] as ArrayBuffer)).toEqual(before);
  });

  it("errors are the browser's own", () => {
    const early = new worlds.Socket("wss://pbx.example/early");
    expect(() => early.send(invite(BARRED))).toThrow("CONNECTING");
    expect(() => worlds.Socket.prototype.send.call({} as FakeSocket, "x")).toThrow(TypeError);
    socket.close();
    socket.send(invite(BARRED));
    expect([socket.sent, worlds.judged]).toEqual([[], []]);
  });
});

describe("the page", () => {
  it("finds `send` as it was: its name, length, place and class", () => {
    const now = Object.getOwnPropertyDescriptor(worlds.Socket.prototype, "send")!;
    const send = now.value as () => void;
    expect(send).not.toBe(nativeSend.value);
    const { name, length } = nativeSend.value as () => void;
    expect([send.name, send.length]).toEqual([name, length]);
    expect({ ...now, value: 0 }).toEqual({ ...nativeSend, value: 0 });
    expect("prototype" in send).toBe(false);
    expect(Object.getPrototypeOf(send)).toBe(Function.prototype);
    expect(socket).toBeInstanceOf(worlds.Socket);
    expect(socket.constructor).toBe(worlds.Socket);
  });

  it("cannot make a tag of the other side by an event of its own", async () => {
    socket.send(invite(CLEAR));
    const answer = invite(CLEAR)
      .replace(/^INVITE.*/, "SIP/2.0 200 OK")
      .replace(
        "To: <sip:+441134960008@pbx.example>",
        `To: <sip:x@pbx.example>;tag=t\r\nContact: <sip:${BARRED}@pbx.example>`,
      );
    socket.dispatchEvent(new MessageEvent("message", { data: answer }));
    socket.send(
      invite(BARRED).replace("To: <sip:+441134960001@pbx.example>", "To: <sip:x@pbx.example>;tag=t"),
    );
    await vi.waitFor(() => expect(worlds.judged).toHaveLength(2));
    expect(socket.sent).toHaveLength(1);
    // The browser's own event does.
    socket.hears(answer);
    socket.send(
      invite(BARRED, "c1").replace("To: <sip:+441134960001@pbx.example>", "To: <sip:x@pbx.example>;tag=t"),
    );
    expect(socket.sent).toHaveLength(2);
  });

  it("closes a socket to further members, and finds it as before", async () => {
    socket.send("hello");
    const frozen = new worlds.Socket("wss://pbx.example/frozen");
    Object.freeze(frozen);
    await settle();
    for (const text of ["hello", invite(CLEAR), invite(BARRED, "c2")]) frozen.send(text);
    expect(worlds.texts(frozen)).toEqual(["hello", invite(CLEAR)]);
    expect(worlds.judged).toHaveLength(2);
  });

  it("sets a `send` of its own, and ends in ours", async () => {
    const debug: unknown[] = [];
    const own = socket.send.bind(socket);
    socket.send = (data) => {
      debug.push(data);
      own(data);
    };
    socket.send(invite(BARRED));
    await tasks();
    expect([debug.length, socket.sent]).toEqual([1, []]);
  });
});

describe("ports", () => {
  it("hold a call that is told to a worker, and answer on the port", async () => {
    const port = new worlds.Port();
    const answers: unknown[] = [];
    port.addEventListener("message", (event) => answers.push((event as MessageEvent).data));
    const message = {
      type: "workerRequest",
      requestId: "q",
      request: { type: "request", data: invite(BARRED) },
    };
    port.postMessage({ type: "hello" });
    port.postMessage(message);
    port.postMessage(null);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(port.posted).toEqual([{ type: "hello" }, null]);
    expect(worlds.judged).toMatchObject([{ protocol: "ringcentral", carrier: "port", numbers: [BARRED] }]);
    port.postMessage({ ...message, request: { type: "request", data: invite(CLEAR, "c2") } });
    expect(port.posted).toHaveLength(3);
  });

  it("hold a call in whatever wrapper: a text of JSON, an object of a class, a list; to a worker of the browser's and on a channel, too", () => {
    class Frame {
      readonly data: unknown;
      constructor(data: unknown) {
        this.data = data;
      }
    }
    const text = invite(BARRED);
    const wrapped = [
      { kind: "out", frame: { raw: text } },
      JSON.stringify({ raw: text }),
      `send ${text}`,
      new Frame([1, new Frame(text)]),
      { rows: Array.from({ length: 5000 }, (_, id) => ({ id, name: "a" })), text },
    ];
    const kinds = [worlds.Port, worlds.ServiceWorker, worlds.Channel];
    for (const kind of kinds)
      for (const message of wrapped) {
        const port = new kind();
        port.postMessage(message);
        expect(port.posted).toHaveLength(0);
      }
    expect(worlds.judged).toHaveLength(kinds.length * wrapped.length);
    const port = new worlds.Port();
    const clear = { kind: "out", frame: { raw: invite(CLEAR) } };
    port.postMessage(clear);
    expect(port.posted).toEqual([clear]);
  });

  it("hold a call eight objects or lists deep, and let go what is deeper, as nobody would read it", () => {
    const nested = (depth: number): unknown =>
      depth === 0
        ? invite(BARRED)
        : depth % 2 > 0
          ? { to: "socket", message: nested(depth - 1) }
          : ["send", nested(depth - 1)];
    for (const [depth, sent] of [
      [1, 0],
      [5, 0],
      [6, 0],
      [8, 0],
      [9, 1],
    ] as const) {
      const port = new worlds.Port();
      port.postMessage(nested(depth));
      expect(port.posted, `${depth}`).toHaveLength(sent);
    }
    expect(worlds.judged).toHaveLength(4);
  });

  describe("where a message has something that is handed on, and that no other world can read", () => {
    const refuse = { type: "workerRequest", requestId: "q" };
    const wrapped = (text: string) => ({ ...refuse, request: { type: "request", data: text } });
    it("let it go as it is if it begins no call, whatever its texts look like", () => {
      const port = new worlds.Port();
      const { port1: handed } = new MessageChannel();
      const messages: object[] = [
        { canvas: handed, base: "https://cdn.example/lib/2.0/" },
        { type: "APPLY", path: ["http/2.0"], argumentList: [{ port: handed }, "an HTTP/2.0 server"] },
        { handed, text: invite(CLEAR) },
      ];
      for (const message of messages) port.postMessage(message, [handed]);
      expect(port.posted).toHaveLength(messages.length);
      expect(port.posted.every((one, i) => one === messages[i])).toBe(true);
      expect(worlds.judged.map(({ numbers }) => [...numbers])).toEqual([[CLEAR]]);
      handed.close();
    });
    it("hold a call in it, and answer", async () => {
      const port = new worlds.Port();
      const answers: unknown[] = [];
      port.addEventListener("message", (event) => answers.push((event as MessageEvent).data));
      const { port1: handed } = new MessageChannel();
      port.postMessage({ ...wrapped(invite(BARRED)), handed }, [handed]);
      await vi.waitFor(() => expect(answers).toHaveLength(1));
      const request = { event: "api_request", data: { method: "createOutboundContact", requestId: "r" } };
      const params = { endpoint: { type: "phone_number", phoneNumber: BARRED } };
      port.postMessage({ ...request, data: { ...request.data, params }, handed }, [handed]);
      expect([port.posted, worlds.judged.length]).toEqual([[], 2]);
      handed.close();
    });
    it("never send a call that waited without what was handed on with it", async () => {
      const { promise, resolve } = Promise.withResolvers<"go">();
      worlds.rule(() => promise);
      const port = new worlds.Port();
      const { port1: handed } = new MessageChannel();
      port.postMessage({ handed, text: invite(CLEAR) }, [handed]);
      // For its record: it is not sent, whatever the judge finds.
      expect(worlds.judged.map(({ became }) => became())).toEqual(["refuse"]);
      resolve("go");
      await settle();
      expect([port.posted, worlds.judged.length]).toEqual([[], 1]);
      handed.close();
    });
    it("are read with their numbers", () => {
      const port = new worlds.Port();
      const { port1: handed } = new MessageChannel();
      const params = { endpoint: { type: "phone_number", phoneNumber: 441134960001 } };
      const data = { method: "createOutboundContact", requestId: "r", params };
      port.postMessage({ event: "api_request", data, handed }, [handed]);
      expect(worlds.judged.map(({ numbers }) => [...numbers])).toEqual([["441134960001"]]);
      handed.close();
    });
    it("reads past members that a page has put in the way", () => {
      const port = new worlds.Port();
      const { port1: handed } = new MessageChannel();
      const message = { list: ["a", invite(BARRED)], handed, run: () => {} };
      const setter = { configurable: true, set() {} };
      Object.defineProperty(Object.prototype, "list", setter);
      Object.defineProperty(Array.prototype, "1", setter);
      port.postMessage(message, [handed]);
      delete (Object.prototype as { list?: unknown }).list;
      delete (Array.prototype as { 1?: unknown })[1];
      expect([port.posted, worlds.judged.length]).toEqual([[], 1]);
      handed.close();
    });
  });

  it("speak on, however many others spoke since", () => {
    const first = new worlds.Port();
    for (let i = 0; i < 300; i++) (i === 0 ? first : new worlds.Port()).postMessage(invite(CLEAR, `c${i}`));
    first.postMessage(invite(CLEAR, "later"));
    first.postMessage(invite(CLEAR, "c0").replaceAll("INVITE", "BYE"));
    expect(first.posted).toHaveLength(3);
  });

  it("are not read into deeper than needed, nor into buffers", () => {
    const port = new worlds.Port();
    const big = new Uint8Array(1e6);
    const circle: Record<string, unknown> = { big };
    circle["self"] = circle;
    port.postMessage(circle);
    expect(port.posted).toHaveLength(1);
    const read = vi.fn(() => "once");
    port.postMessage(Object.defineProperty({}, "own", { get: read, enumerable: true }));
    expect(read).toHaveBeenCalledOnce();
  });
});

describe("what a frame leaves behind that is taken out of the page", () => {
  const collect = () => {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
  };
  it("is no socket and no port: neither is kept after its last use", async () => {
    const left: WeakRef<object>[] = [];
    const use = async () => {
      for (let i = 0; i < 20; i++) {
        const [mine, port] = [new worlds.Socket("wss://pbx.example/frame"), new worlds.Port()];
        await settle();
        mine.send(invite(CLEAR, `s${i}`));
        port.postMessage(invite(CLEAR, `p${i}`));
        left.push(new WeakRef(mine), new WeakRef(port));
      }
      worlds.Socket.made = [];
      worlds.judged.length = 0;
    };
    await use();
    await vi.waitFor(() => {
      collect();
      expect(left.filter((one) => one.deref()).length).toBeLessThan(5);
    });
  });
});
