import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Plain } from "./processes.ts";

/**
 * A free port, below those that systems give to outgoing connections: such a connection, of another process too, could
 * take the port before the server that it is meant for.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

/** Throws if a port is taken, and names the variable that sets another. */
export async function claimPort(port: number, variable: string): Promise<void> {
  if (!(await isFree(port))) {
    throw new Plain(
      `Port ${port} is in use by another program. Stop it, or choose another port: ${variable}=${port + 100}.`,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** True if a program on this machine answers on a port. */
export async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port from the environment, or the default one. */
export function portFrom(variable: string, usual: number): number {
  const given = process.env[variable];
  if (given === undefined || given === "") return usual;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Plain(`${variable} must be a port number, and is "${given}".`);
  }
  return port;
}
