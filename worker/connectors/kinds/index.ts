/** The kinds of CRM. To add one: a file in this folder, a row here, and a row in shared/connectors/kinds.ts. */
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import type { Connector, Kind, Maker, Setup, SignIn, Vault, Waiting, Wire } from "../connector.ts";
import { dynamics } from "./dynamics.ts";
import { espocrm } from "./espocrm.ts";
import { hubspot } from "./hubspot.ts";
import { wireTo } from "../http.ts";
import { pipedrive } from "./pipedrive.ts";
import { rest } from "./rest.ts";
import { salesforce } from "./salesforce.ts";
import { zoho } from "./zoho.ts";

const kinds: Readonly<Record<ConnectorKind, Kind>> = {
  hubspot,
  salesforce,
  pipedrive,
  zoho,
  dynamics,
  espocrm,
  rest,
};

/** The host that a CRM is reached at; its token's may be another of the same vendor's. */
export const hostOf = (kind: ConnectorKind, { settings }: Setup): string =>
  new URL(kinds[kind].base(settings)).host;

/** Where it grants access tokens; null where it grants none. */
export const tokenAddressOf = (kind: ConnectorKind, { settings }: Setup): string | null =>
  kinds[kind].token?.(settings) ?? null;

/** For how long changes of a kind of CRM are not read after it took no more requests, in milliseconds; null where it says so itself. */
export const refusedFor = (kind: ConnectorKind): number | null => kinds[kind].refusedFor ?? null;

/** How an administrator signs in to a kind of CRM; null where none can. */
export const signInOf = (kind: ConnectorKind): SignIn | null => kinds[kind].signIn ?? null;

/** Opens a CRM. Each of its requests is signed and may wait; errors are ConnectorErrors that begin with `kind`. */
export function connectorOf(kind: ConnectorKind, setup: Setup, vault: Vault, waiting: Waiting): Connector {
  return kinds[kind].open(setup, wireOf(kind, setup, vault, waiting));
}

/** What makes fields in a CRM; null where its API makes none. */
export function makerOf(kind: ConnectorKind, setup: Setup, vault: Vault, waiting: Waiting): Maker | null {
  return kinds[kind].make?.(wireOf(kind, setup, vault, waiting)) ?? null;
}

function wireOf(kind: ConnectorKind, setup: Setup, vault: Vault, waiting: Waiting): Wire {
  const { base, sign } = kinds[kind];
  const signed = sign(setup, vault, waiting.clock);
  return wireTo(kind, base(setup.settings), signed, waiting, refusedFor(kind) !== null);
}
