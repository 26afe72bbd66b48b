import type { Env } from "../../worker/env.ts";
import type * as index from "../../worker/index.ts";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: D1Migration[];
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
