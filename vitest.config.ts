import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * By name. Vitest's own order starts with files that failed or were slow last time, so no two machines would run alike,
 * and files that share a Worker would find it in a different state each time.
 */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const key = ({ project, moduleId }: TestSpecification) => `${project.name} ${moduleId}`;
    return Promise.resolve([...files].sort((a, b) => (key(a) < key(b) ? -1 : 1)));
  }
}

/**
 * Tests named `.long.test.ts` are those of volume, chance, faults, upgrades from earlier states, other people's systems, pages and
 * kits, and the desk's screens in detail: `npm run test:long` runs them all, and who names one runs it. The others are `npm test`.
 */
const isLong = process.argv.some((argument) => argument.includes(".long"));
const files = (include: string[], exclude: string[] = []) =>
  isLong
    ? {
        include: include.map((pattern) => pattern.replace(/\*\.test\.ts$/, "*.long.test.ts")),
        exclude: [...configDefaults.exclude, ...exclude],
      }
    : { include, exclude: [...configDefaults.exclude, ...exclude, "**/*.long.test.ts"] };

/** Only a test that hangs ends by it: beside others a test takes up to nine times as long as alone. In ms. */
const limit = isLong ? 1_200_000 : 300_000;
const limits = { testTimeout: limit, hookTimeout: limit };
/** A busy machine is not a failure, so waits are long. */
const expects = { poll: { timeout: 20_000 } };

/** Tests in Chromium, one file at a time, against one Worker for the project. */
const inBrowsers = (name: string, include: string[], exclude: string[] = []) => ({
  test: {
    name,
    ...files(include, exclude),
    environment: "node" as const,
    fileParallelism: false,
    // One process for all: loading Playwright into each takes longer than some files.
    isolate: false,
    ...limits,
    expect: expects,
    globalSetup: ["test/e2e/kit/bundled.ts", "test/e2e/kit/setup.ts"],
    setupFiles: ["test/e2e/kit/shown.ts"],
  },
});

export default defineConfig({
  test: {
    reporters: ["default"],
    sequence: { sequencer: ByName },
    projects: [
      {
        test: {
          name: "unit",
          ...files(["test/{shared,extension,cli,scripts,house,softphones}/**/*.test.ts"]),
          environment: "node",
          setupFiles: ["test/seed.ts"],
          // Two processes for all, as nothing else may run beside them: what each file stubs it takes back.
          isolate: false,
          maxWorkers: 2,
          ...limits,
          expect: expects,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                SETUP_CODE: "test-setup-code",
                LOCAL_REGION: "GB",
                // Made for the tests alone.
                AUDIT_KEY: "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
                CONNECTOR_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                // The only variables of the machine's environment that tests in workerd see.
                FUZZ: process.env["FUZZ"] ?? "",
                SEED: process.env["SEED"] ?? "",
                // Set by npm run soak:requests.
                SEQUENCES: process.env["SEQUENCES"] ?? "60",
                // Set by npm run soak:recordings.
                RECORDINGS_MANY: process.env["RECORDINGS_MANY"] ?? "1000",
                // Set by npm run soak:erasures.
                ERASURES_MANY: process.env["ERASURES_MANY"] ?? "200",
                TEST_MIGRATIONS: await readD1Migrations("worker/migrations"),
                TEST_MIGRATIONS_BACK: await readD1Migrations("scripts/back"),
              },
            },
          })),
        ],
        test: {
          name: "worker",
          ...files(["test/worker/**/*.test.ts"]),
          setupFiles: ["test/seed.ts", "test/worker/setup.ts"],
          globalSetup: ["test/s3-gate.ts", "test/oauth-gate.ts"],
          ...limits,
          expect: expects,
          // One workerd for all: starting one and loading the Worker into it takes longer than most files.
          isolate: false,
        },
      },
      {
        test: {
          name: "cli",
          // The command line, with a Worker for each file and no browser.
          ...files(["test/e2e/cli/*.test.ts"]),
          environment: "node",
          globalSetup: ["test/e2e/kit/bundled.ts"],
          fileParallelism: false,
          isolate: false,
          ...limits,
          expect: expects,
        },
      },
      inBrowsers("guard", ["test/e2e/guard/*.test.ts"]),
      inBrowsers("desk", ["test/e2e/desk/**/*.test.ts"]),
      inBrowsers("e2e", ["test/e2e/**/*.test.ts"], ["test/e2e/{cli,desk,guard}/**"]),
    ],
  },
});
