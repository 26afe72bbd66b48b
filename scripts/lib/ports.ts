import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { Plain } from "./processes.ts";

/** A free port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Throws if a port is taken, and names the variable that sets another. */
export async function claimPort(port: number, variable: string): Promise<void> {
  const server = createServer();
  const taken = new Promise<boolean>((resolve) => {
    server.on("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
  if (await taken) {
    throw new Plain(
      `Port ${port} is in use by another program. Stop it, or choose another port: ${variable}=${port + 100}.`,
    );
  }
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
