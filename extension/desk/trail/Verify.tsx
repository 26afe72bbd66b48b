/** Verifies the audit trail's hash chain from the first row to the last, and keeps the result in this browser. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { overviewEn } from "../../../shared/texts/overview/desk.en.ts";
import type { VerifyAnswer } from "../../../shared/trail/api.ts";
import { api } from "../../ui/api.ts";
import { sayError } from "../parts/errors.ts";
import { withQuery } from "../parts/location.ts";
import { useMe } from "../parts/me.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";

const words = overviewEn.trail;

export interface Verified {
  at: string;
  ok: boolean;
  length: number;
  brokenAt?: number;
  why?: string;
}

const key = (workerUrl: string) => `desk-verified:${workerUrl}`;

/** The result of the last verification in this browser; null before the first. */
export function lastVerified(workerUrl: string): Verified | null {
  const kept = localStorage.getItem(key(workerUrl));
  return kept === null ? null : (JSON.parse(kept) as Verified);
}

const PATIENCE_MS = 60_000;

/** In steps, as the Worker verifies only so many rows in one request. `progress` gets the number verified so far. */
async function verifyAll(progress: (rows: number) => void): Promise<Verified> {
  let query: Record<string, string | number> = {};
  for (;;) {
    const step = await api<VerifyAnswer>("GET", withQuery("/v1/audit/verify", query), undefined, {
      patienceMs: PATIENCE_MS,
    });
    progress(step.length);
    if (step.ok && step.next !== null) {
      query = { after: step.next, head: step.head };
      continue;
    }
    const { ok, length, brokenAt, why } = step;
    return {
      at: new Date().toISOString(),
      ok,
      length,
      ...(brokenAt === undefined ? {} : { brokenAt }),
      ...(why === undefined ? {} : { why }),
    };
  }
}

export function TrailVerify() {
  const { workerUrl } = useMe();
  const queries = useQueryClient();
  const [last, setLast] = useState(() => lastVerified(workerUrl));
  const [rows, setRows] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function run() {
    setRows(0);
    setError(null);
    try {
      const found = await verifyAll(setRows);
      localStorage.setItem(key(workerUrl), JSON.stringify(found));
      setLast(found);
      await queries.invalidateQueries({ queryKey: ["verified"] });
    } catch (failure) {
      setError(failure);
    } finally {
      setRows(null);
    }
  }

  return (
    <div className="desk-verify">
      <Group gap="md">
        <Button variant="default" loading={rows !== null} onClick={() => void run()}>
          {words.verify}
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {rows !== null
            ? plural(texts, words.verifying, rows)
            : last?.ok
              ? fill(words.last, { when: sayTime(last.at), rows: plural(texts, words.rows, last.length) })
              : last === null && words.never}
        </Text>
      </Group>
      {rows === null && last?.ok === false && (
        <Alert color="red" role="alert" mt="sm">
          {fill(words.broken, { at: last.brokenAt, why: last.why })}
        </Alert>
      )}
      {error !== null && (
        <Alert color="yellow" role="alert" mt="sm">
          {sayError(error)}
        </Alert>
      )}
    </div>
  );
}
