import type { Env } from "../../worker/env.ts";
import type * as index from "../../worker/index.ts";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: D1Migration[];
      TEST_MIGRATIONS_BACK: D1Migration[];
      SEQUENCES: string;
      RECORDINGS_MANY: string;
      ERASURES_MANY: string;
      FUZZ: string;
      SEED: string;
    }
    interface GlobalProps {
      mainModule: typeof index;
    }
  }
  type WorkerEnv = Env;
  interface D1Migration {
    name: string;
    queries: string[];
  }
}

declare module "vitest" {
  interface ProvidedContext {
    /** test/oauth-gate.ts */
    oauth: string;
    /** test/s3-gate.ts */
    s3: { endpoint: string; bucket: string; region: string; keyId: string; secret: string };
  }
}
