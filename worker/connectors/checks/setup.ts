/** What a set-up must fulfil beyond its schema: each kind of CRM has its own settings, fields and credentials. */
import type { ConnectorRequest } from "../../../shared/connectors/api.ts";
import {
  type ConnectorFields,
  type ConnectorKind,
  type ConnectorObject,
  fieldPattern,
  kinds,
  namedIn,
  numberPattern,
} from "../../../shared/connectors/kinds.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { Problem } from "../../core/errors.ts";
import { isLocalhost, isPublic } from "../../core/outbound.ts";
import type { ConnectorRow } from "../rows.ts";

/**
 * Throws the Problem `invalid`, with a path for each fault. `stored`: the connector that is being changed. `here`: the
 * address at which this Worker was asked; only on one machine, as in development, may a CRM have a local address.
 */
export function wantSetup(
  { kind, setup, way, secret }: ConnectorRequest,
  stored: ConnectorRow | null,
  here: string,
): void {
  const errors: { path: string; message: string }[] = [];
  const want = (ok: boolean, path: string, message: string) => ok || errors.push({ path, message });
  const facts = kinds[kind];
  for (const { key, pattern, example, optional } of facts.settings) {
    const value = setup.settings[key];
    want(
      value === undefined ? optional === true : pattern.test(value),
      `setup.settings.${key}`,
      `${details.like} ${example}`,
    );
  }
  const host = URL.parse(setup.settings["host"] ?? "");
  if (host)
    want(
      isPublic(host) || (isLocalhost(host) && isLocalhost(new URL(here))),
      "setup.settings.host",
      details.hookAddress,
    );
  for (const key of Object.keys(setup.settings))
    want(
      facts.settings.some((s) => s.key === key),
      `setup.settings.${key}`,
      details.noSetting,
    );
  for (const [n, object] of setup.objects.entries())
    for (const field of [...object.numbers, ...namedIn(object)])
      want(numberPattern(kind).test(field), `setup.objects.${n}`, `${details.noField} ${field}`);
  // They are written, too.
  for (const [n, object] of setup.objects.entries())
    for (const key of object.flag === undefined ? [] : (["flag", "flagBy", "flagAt"] as const))
      want(
        object[key] === undefined || isOwn(kind, object, setup.fields, object[key]),
        `setup.objects.${n}.${key}`,
        `${details.ownField} ${object[key]}`,
      );
  for (const [n, object] of setup.objects.entries())
    want(
      object.consentOut === undefined || isOwn(kind, object, setup.fields, object.consentOut),
      `setup.objects.${n}.consentOut`,
      `${details.ownField} ${object.consentOut}`,
    );
  for (const [key, field] of Object.entries(setup.fields))
    want(fieldPattern(kind).test(field), `setup.fields.${key}`, `${details.noField} ${field}`);
  want(new Set(Object.values(setup.fields)).size === 3, "setup.fields", details.threeFields);
  const credentials = Object.hasOwn(facts.ways, way) ? facts.ways[way]! : null;
  want(credentials !== null, "way", Object.keys(facts.ways).join(", "));
  // Stored credentials are only ever sent to the host that they were entered for.
  const same = stored?.kind === kind && stored.way === way && sameHost(stored, setup.settings);
  if (secret || !same)
    for (const key of credentials ?? []) want(Boolean(secret?.[key]), `secret.${key}`, details.credential);
  if (errors.length > 0) throw new Problem("invalid", undefined, errors);
}

/** Whether ClearDial may write to a field of a kind of record: it can be written, and the set-up names it for nothing else. */
export const isOwn = (
  kind: ConnectorKind,
  object: ConnectorObject,
  fields: ConnectorFields,
  name: string | undefined,
): boolean =>
  name !== undefined &&
  fieldPattern(kind).test(name) &&
  !name.includes("*") &&
  [...object.numbers, ...namedIn(object), fields.verdict, fields.date, fields.reasons].filter(
    (one) => one === name,
  ).length === 1;

/** Throws the Problem `invalid` for other credentials than a kind takes to make fields. */
export function wantOnce(kind: ConnectorKind, secret: Record<string, string> | undefined): void {
  if (!secret) return;
  const takes = kinds[kind].makes ?? [];
  const wrong = [
    ...Object.keys(secret).filter((key) => !takes.includes(key)),
    ...takes.filter((key) => !secret[key]),
  ];
  if (wrong.length > 0)
    throw new Problem(
      "invalid",
      undefined,
      wrong.map((key) => ({ path: `secret.${key}`, message: details.credential })),
    );
}

/** Compares the settings that decide where credentials are sent. */
const sameHost = ({ setup }: ConnectorRow, settings: Record<string, string>): boolean => {
  const before = (JSON.parse(setup) as { settings: Record<string, string> }).settings;
  return ["host", "region", "tenant"].every((key) => before[key] === settings[key]);
};
