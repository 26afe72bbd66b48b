/**
 * Who imports whom, read from the sources by TypeScript's parser: `import`, `export … from`, `import type`, `import()`,
 * `typeof import("…")`, and `new URL("…", …)`, with `url:` specifiers, which name scripts to Plasmo. And who may.
 */
import { posix } from "node:path";
import ts from "typescript";

/** For each file, by its path in the repository: the repository's files that it imports. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const SPECIFIER = /^(?:url:)?(\.{1,2}\/.*)$/;

/** The relative specifiers in a source, in order. */
export function specifiersIn(file: string, text: string): string[] {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kind);
  const found: string[] = [];
  const take = (node: ts.Node | undefined) => {
    const relative = node && ts.isStringLiteralLike(node) ? SPECIFIER.exec(node.text)?.[1] : undefined;
    if (relative !== undefined) found.push(relative);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) take(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) take(node.argument.literal);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      take(node.arguments[0]);
    else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "URL")
      take(node.arguments?.[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `texts` are the sources by file. Leaves out imports of other files. */
export const graphOf = (texts: ReadonlyMap<string, string>): Graph =>
  new Map(
    [...texts].map(([file, text]) => [
      file,
      new Set(
        specifiersIn(file, text)
          .map((specifier) => posix.join(posix.dirname(file), specifier))
          .filter((target) => texts.has(target)),
      ),
    ]),
  );

/** Groups of files that import each other in a circle (Tarjan's strongly connected components), sorted. */
export function circlesIn(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      const reached = index.has(target)
        ? stack.includes(target)
          ? index.get(target)!
          : Infinity
        : visit(target);
      low.set(file, Math.min(low.get(file)!, reached));
    }
    if (low.get(file) === index.get(file)) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1 || graph.get(file)?.has(file)) circles.push(circle.sort());
    }
    return low.get(file)!;
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return circles;
}

/**
 * The rooms of the Worker (worker/<room>), and the files of each, beside its routes.ts, that other rooms may import. A
 * file that no other room imports does not belong here.
 */
export const fronts: Readonly<Record<string, readonly string[]>> = {
  "call-logs": [
    "began.ts",
    "bound.ts",
    "fetch.ts",
    "heard.ts",
    "persons.ts",
    "recorded.ts",
    "rows.ts",
    "said.ts",
  ],
  check: ["budget.ts", "contacts.ts", "decide-at.ts", "facts-at.ts", "facts.ts"],
  connectors: [
    "checks/runs-bound.ts",
    "kinds/held/read.ts",
    "hosts.ts",
    "message.ts",
    "origins.ts",
    "turned.ts",
  ],
  dials: [
    "bound.ts",
    "canary/bound.ts",
    "canary/figures.ts",
    "closed/calls.ts",
    "closed/lines.ts",
    "closed/packed/entries.ts",
    "closed/read.ts",
    "closed/said.ts",
    "closed/verified-calls.ts",
    "closed/words.ts",
    "gate.ts",
    "near.ts",
    "row-number.ts",
    "rows.ts",
    "sightings.ts",
  ],
  "do-not-call": [
    "back.ts",
    "bound.ts",
    "brief.ts",
    "changes.ts",
    "ends.ts",
    "enter.ts",
    "mistake.ts",
    "new-consent.ts",
    "reach.ts",
    "refusals.ts",
    "rows.ts",
    "spread.ts",
    "uses.ts",
    "waiting.ts",
    "waits.ts",
  ],
  lookups: ["ask.ts", "bound.ts", "queue.ts", "sources/index.ts", "sources/mapped.ts"],
  mail: ["officers.ts", "outbox.ts"],
  overview: ["bound.ts", "figures.ts"],
  people: ["bound.ts", "grants.ts", "one.ts"],
  policy: [
    "bound.ts",
    "current.ts",
    "disclosed.ts",
    "effect.ts",
    "egress.ts",
    "in-force.ts",
    "propose.ts",
    "proposed.ts",
    "taken-over.ts",
  ],
  "privacy-requests": [
    "bound.ts",
    "duties.ts",
    "files/bound.ts",
    "links.ts",
    "rows.ts",
    "systems/expired.ts",
  ],
  proof: ["bound.ts", "registers.ts"],
  providers: ["call-list.ts", "call-lists.ts", "hooks.ts", "stores.ts"],
  recordings: [
    "alarms.ts",
    "audio.ts",
    "bound.ts",
    "certificates/lines.ts",
    "certificates/said.ts",
    "certificates/salts.ts",
    "certificates/written.ts",
    "claims.ts",
    "closed/counts.ts",
    "erasing/by-index.ts",
    "closed/lines.ts",
    "closed/names/numbers.ts",
    "closed/read.ts",
    "closed/recalled.ts",
    "closed/said.ts",
    "closed/sample.ts",
    "erasing/counted.ts",
    "erasure.ts",
    "mp3.ts",
    "mute.ts",
    "objects.ts",
    "opened-from.ts",
    "rows.ts",
    "wav.ts",
  ],
  registers: ["block-ids.ts", "bound.ts", "heads.ts", "loosened.ts", "summed.ts", "undo.ts", "versions.ts"],
  screening: [
    "bound.ts",
    "closed/lines.ts",
    "closed/lists.ts",
    "closed/read.ts",
    "compared.ts",
    "past.ts",
    "record.ts",
    "screened.ts",
  ],
  storage: [
    "closed/back.ts",
    "closed/blocks.ts",
    "closed/calls.ts",
    "closed/close.ts",
    "closed/files.ts",
    "closed/kind.ts",
    "closed/left.ts",
    "closed/pack.ts",
    "closed/moments.ts",
    "closed/read.ts",
    "closed/sizes.ts",
    "closed/unlist.ts",
    "closed/verified.ts",
    "hashing.ts",
    "http.ts",
    "index.ts",
    "places.ts",
    "problem.ts",
    "resting.ts",
    "s3.ts",
    "store.ts",
  ],
  trail: [
    "agreed.ts",
    "altered.ts",
    "archived/last-said.ts",
    "end.ts",
    "erased.ts",
    "events.ts",
    "kept-back.ts",
    "rows.ts",
    "signer.ts",
    "start.ts",
    "states.ts",
  ],
  watching: ["batches.ts", "bound.ts", "judge.ts", "recheck.ts", "seen.ts"],
  webhooks: ["added.ts", "send.ts"],
};
/** These connect the rooms: they may import any file of a room. */
const assembly = /^worker\/(index\.ts|jobs\/)/;
/** What every room may import as a whole. */
const base = ["core", "pages"];

/** The trees of the product, and what each may import besides itself. */
const trees: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  worker: ["shared"],
  extension: ["shared"],
};

const PAGE = "extension/page";
/** What lives in a page imports nothing of the background or of our own pages but messages, their types and the icons. */
const besidePage = [
  "messages.ts",
  "carried.ts",
  "held-dial.ts",
  "policy-context.ts",
  "ui/icons.tsx",
  "ui/wrong.tsx",
];
/** find <- badge <- card <- dialog <- guard, and protocols <- guard: what each folder of the page takes from the others and from the files beside them. */
const pageMayImport: Readonly<Record<string, readonly string[]>> = {
  "main-world": ["main-world-events.ts"],
  find: ["channel.ts", "main-world-events.ts"],
  badge: ["find", "host.ts"],
  card: ["find", "badge", "host.ts"],
  dialog: ["card", "host.ts"],
  protocols: ["main-world-events.ts"],
  guard: [
    ...["find", "dialog", "protocols", "host.ts", "frame-facts.ts"],
    ...["background-link.ts", "channel.ts", "has-extension.ts", "main-world-events.ts"],
  ],
};

/**
 * The desk's rooms (extension/desk/<room>) meet in its shared folders, and in these files of rooms. The shared folders
 * import no room. The shell puts the rooms together.
 */
export const deskFronts: readonly string[] = [
  "connectors/status.ts",
  "recordings/Alarms.tsx",
  "recordings/Player.tsx",
  "recordings/Retention.tsx",
  "registers/status.ts",
  "trail/Verify.tsx",
];
const deskShared = ["parts", "web-worker", "forms", "tables", "charts", "import"];
const DESK = "extension/desk";

/** The imports that no rule allows, as "a -> b: why", sorted. */
export function forbiddenIn(graph: Graph): string[] {
  const found: string[] = [];
  for (const [file, targets] of graph)
    for (const target of targets) {
      const why = faultOf(file, target);
      if (why !== null) found.push(`${file} -> ${target}: ${why}`);
    }
  return found.sort();
}

/** The folder below `folder` that holds a file; "" for a file of the folder itself, null for one elsewhere. */
function partOf(folder: string, file: string): string | null {
  if (!file.startsWith(`${folder}/`)) return null;
  const rest = file.slice(folder.length + 1);
  return rest.includes("/") ? rest.slice(0, rest.indexOf("/")) : "";
}

function faultOf(file: string, target: string): string | null {
  const [from, to] = [partOf("worker", file), partOf("worker", target)];
  if (from !== null && to !== null && from !== to) {
    if (from === "cli" || to === "cli") return "the command line and the Worker import nothing of each other";
    if (from === "core" && to !== "") return "core imports no room";
    const isFront = base.includes(to) || to === "" || isFrontFile(to, target);
    if (!isFront && !assembly.test(file)) return `not a front file of ${to}`;
  }
  const [room, other] = [partOf(DESK, file), partOf(DESK, target)];
  if (room !== null && other !== null && room !== other && !deskShared.includes(other)) {
    if (deskShared.includes(room)) return "the desk's shared folders import no room";
    const isFront = deskFronts.some((front) => target === `${DESK}/${front}`);
    if (!isFront && room !== "shell") return `not a front file of the desk's ${other}`;
  }
  return faultInPage(file, target);
}

/** The tree of a file: its first folder. */
const treeOf = (file: string): string => file.slice(0, file.indexOf("/"));

/** Between the trees, and in what lives in a page. */
function faultInPage(file: string, target: string): string | null {
  const [own, other] = [treeOf(file), treeOf(target)];
  if (own !== other && trees[own]?.includes(other) === false) return `${own} imports nothing of ${other}`;
  const [folder, name] = [partOf(PAGE, file), partOf(PAGE, target)];
  if (folder === null || other !== "extension") return null;
  if (name === null)
    return besidePage.some((beside) => target === `extension/${beside}`)
      ? null
      : "not for what lives in a page";
  const others = pageMayImport[folder];
  const asked = name === "" ? target.slice(PAGE.length + 1) : name;
  return !others || name === folder || others.includes(asked)
    ? null
    : `${folder} imports nothing of ${asked}`;
}

const isFrontFile = (room: string, target: string): boolean =>
  ["routes.ts", ...(fronts[room] ?? [])].some((name) => target === `worker/${room}/${name}`);

/** Front files that no other room imports. */
export function needlessIn(graph: Graph): string[] {
  const isNeeded = (folder: string, front: string, assembles: (file: string) => boolean) =>
    [...graph].some(
      ([file, targets]) =>
        targets.has(front) && partOf(folder, file) !== partOf(folder, front) && !assembles(file),
    );
  const ofWorker = Object.entries(fronts).flatMap(([room, names]) =>
    names.map((name) => `worker/${room}/${name}`),
  );
  const ofDesk = deskFronts.map((front) => `${DESK}/${front}`);
  return [
    ...ofWorker.filter((front) => !isNeeded("worker", front, (file) => assembly.test(file))),
    ...ofDesk.filter((front) => !isNeeded(DESK, front, (file) => partOf(DESK, file) === "shell")),
  ];
}
