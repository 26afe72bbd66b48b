/** What of a configuration's buckets is wrong, before anything is made: each purpose has buckets of its own. */
import { places } from "../../shared/recordings/places.ts";
import { Plain } from "./processes.ts";

/** The parts of a configuration that name buckets. */
export interface Buckets {
  vars?: Record<string, unknown>;
  r2_buckets: { binding?: string; bucket_name?: string; jurisdiction?: string }[];
}

const DOCS = "docs/recordings.md, Stores";

/** Throws a `Plain` error that says what to set. */
export function wantApart({ vars = {}, r2_buckets: bound }: Buckets): void {
  const wrong = [...local(vars), ...unnamed(vars), ...shared(vars, bound), ...elsewhere(vars, bound)];
  if (wrong.length > 0)
    throw new Plain(["Nothing was changed. In the configuration:", ...wrong, `See ${DOCS}.`].join("\n"));
}

/** What is for development alone: the Worker believes it. */
const local = (vars: Record<string, unknown>): string[] =>
  vars["LOCAL_REGION"]
    ? ["  LOCAL_REGION is set, which says that R2 is this machine's disk: take it away."]
    : [];

/** Of a deployment that keeps recordings in S3. */
const unnamed = (vars: Record<string, unknown>): string[] =>
  Object.values(places).flatMap(({ s3 }) =>
    !vars[places.recordings.s3] || vars[s3]
      ? []
      : [
          `  ${s3} is missing: make a bucket beside ${say(vars[places.recordings.s3])}, with the same key, and name it there.`,
        ],
  );

/** Two purposes in one bucket. */
function shared(vars: Record<string, unknown>, bound: Buckets["r2_buckets"]): string[] {
  const named = [
    ...Object.values(places).map(({ s3 }) => [s3, vars[s3] ? `S3 ${say(vars[s3])}` : ""] as const),
    ...bound.map(
      (one) => [one.binding ?? "", `R2 ${one.bucket_name ?? ""} ${one.jurisdiction ?? ""}`] as const,
    ),
  ];
  return named.flatMap(([name, bucket], i) => {
    const first = named.findIndex((other) => other[1] === bucket);
    return bucket === "" || first === i ? [] : [`  ${named[first]![0]} and ${name} name the same bucket.`];
  });
}

/** The Worker believes R2_JURISDICTION: the bindings must have it. */
const elsewhere = (vars: Record<string, unknown>, bound: Buckets["r2_buckets"]): string[] =>
  Object.values(places).flatMap(({ r2 }) => {
    const one = bound.find(({ binding }) => binding === r2);
    const wanted = vars["R2_JURISDICTION"];
    return !one || !wanted || one.jurisdiction === wanted
      ? []
      : [`  ${r2} has no jurisdiction = "${say(wanted)}", which R2_JURISDICTION says that it has.`];
  });

const say = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
