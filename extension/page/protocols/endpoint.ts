/** The calls on one socket, port or window, whatever protocols are spoken there. */
import { type AskedCall, type Calls, openCalls, type Ruling } from "./calls.ts";
import type { Protocol, Talk } from "./protocol.ts";

/** A call that a softphone begins, and where it was seen. */
export interface StartedCall extends AskedCall {
  /** The row's name. */
  protocol: string;
  /** Of several carriers, a call passes them in this order: a message, a port, a socket. */
  carrier: Protocol["carrier"];
}
export type JudgeCall = (call: StartedCall) => Ruling | Promise<Ruling>;

/** What every carrier is given. */
export interface CarrierDeps {
  judge: JudgeCall;
  /** The softphone has ended a call that went, or nothing more is heard of it. */
  ended: () => void;
  /** The page was open before us: calls may go on in it of which we have not seen the beginning. */
  isLate: boolean;
  now: () => number;
  later: (run: () => void, ms: number) => void;
  signal: AbortSignal;
}

interface Row<M> extends Pick<Protocol, "name" | "carrier"> {
  open: (isLate: boolean) => Talk<M>;
}

export interface Ways<M> {
  send: (message: M) => void;
  reply: (message: M) => void;
  instead?: (message: M) => void;
  canWait?: (message: M) => boolean;
}

/** `speaks`: whether a message is of a row, on an endpoint where it was not spoken before. */
export function openEndpoint<M, R extends Row<M>>(
  rows: readonly R[],
  speaks: (row: R, message: M) => boolean,
  { send, reply, instead, canWait }: Ways<M>,
  { judge, ended, isLate, now, later }: Omit<CarrierDeps, "signal">,
) {
  const spoken = new Map<R, Calls<M>>();

  function opened(row: R): Calls<M> {
    const { name: protocol, carrier } = row;
    const calls = openCalls<M>({
      ...{ talk: row.open(isLate), send, reply, ended, now, later },
      ...(instead && { instead }),
      ...(canWait && { canWait }),
      judge: (call) => judge({ ...call, protocol, carrier }),
    });
    spoken.set(row, calls);
    return calls;
  }

  return {
    /** Whether a message may be sent now. What is held is sent later, or never. */
    sends(message: M, from?: string): "go" | "held" {
      for (const row of rows) {
        const calls = spoken.get(row) ?? (speaks(row, message) ? opened(row) : null);
        if (calls?.sends(message, from) === "held") return "held";
      }
      return "go";
    },
    heard(message: M): void {
      for (const calls of spoken.values()) calls.heard(message);
    },
    /** True once a protocol was spoken here. */
    isKnown: () => spoken.size > 0,
  };
}

export type Endpoint<M> = ReturnType<typeof openEndpoint<M, Row<M>>>;
