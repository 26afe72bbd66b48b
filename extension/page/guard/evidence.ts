/** The record of what became of a dial: the number and the page's host, never the page's address or its text. */
import { asText } from "../../../shared/core/text.ts";
import { asRecorded } from "../../../shared/dials/keys.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import type { Basis } from "../../held-dial.ts";
import type { PolicyContext } from "../../policy-context.ts";
import { type Assessment, MOST_RECORDED } from "./assess.ts";

export interface EvidenceOf {
  action: DialRequest["action"];
  /** The number as it was dialled. */
  written: string;
  /** The address that it was dialled by, without its number; a CRM's own call button has none. */
  via?: string | undefined;
  assessment: Pick<Assessment, "e164" | "decision">;
  /** What saw it; by default the page. */
  layer?: "protocol" | undefined;
  /** What the page decided under; null before the Worker's first answer. */
  context: PolicyContext | null;
  /** Of an override: its basis, and the reason in the agent's words. */
  override?: { basis: Basis; reason: string } | undefined;
  host: string;
  /** Milliseconds since the epoch, by the device's clock. */
  at: number;
}

/** Cut, or by a page, a text may hold half a character, and the Worker would refuse the record. */
export function evidenceOf(of: EvidenceOf): DialRequest {
  const { e164, decision } = of.assessment;
  const { stamp, purpose } = of.context ?? {};
  return {
    number: asText(asRecorded(of.written).slice(0, MOST_RECORDED)),
    ...{ e164, action: of.action, verdict: decision.verdict, reasons: decision.reasons.slice(0, 50) },
    seen: stamp
      ? {
          seq: stamp.seq,
          policy: stamp.policy,
          lists: stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf })),
        }
      : null,
    ...(of.override && { basis: of.override.basis, reason: asText(of.override.reason.slice(0, 500)) }),
    ...(purpose && { purpose }),
    ...(of.layer && { layer: of.layer }),
    ...(of.via !== undefined && { via: asText(of.via) }),
    host: of.host,
    at: new Date(of.at).toISOString(),
  };
}
