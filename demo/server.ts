/** Northfold CRM: a small fictional CRM on loopback. It knows nothing about the extension. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { contacts as table, feeds, usualFeed, type Contact } from "./data.ts";

const files: Record<string, [name: string, type: string]> = {
  "/": ["index.html", "text/html"],
  "/crm.css": ["crm.css", "text/css"],
  "/detail.css": ["detail.css", "text/css"],
  "/crm.js": ["crm.js", "text/javascript"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
};

export interface DemoServer {
  url: string;
  stop: () => Promise<void>;
}

/** Edits last as long as the server does. */
export async function startDemo(port: number): Promise<DemoServer> {
  const contacts = structuredClone(table);
  const server = createServer((request, response) => {
    answer(request, response, contacts).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  contacts: Contact[],
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const json = (status: number, body: unknown) =>
    response
      .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify(body));

  const file = files[pathname];
  if (file && request.method === "GET") {
    const body = await readFile(join(import.meta.dirname, "crm", file[0]));
    response
      .writeHead(200, { "content-type": `${file[1]}; charset=utf-8`, "cache-control": "no-store" })
      .end(body);
    return;
  }
  if (pathname === "/api/contacts" && request.method === "GET") {
    json(
      200,
      contacts.map((c) => ({
        ...c,
        // The CRM does not know what ClearDial has on record about a number.
        phones: c.phones.map(({ label, written }) => ({ label, written })),
        feed: feeds[c.name] ?? usualFeed,
      })),
    );
    return;
  }
  const id = /^\/api\/contacts\/([\w-]+)\/phones\/(\d+)$/.exec(pathname);
  const phone = id && contacts.find((c) => c.id === id[1])?.phones[Number(id[2])];
  if (phone && request.method === "PUT") {
    const written: unknown = JSON.parse(await bodyOf(request));
    if (typeof written !== "string" || written.length > 60)
      return void json(422, { error: "a text, please" });
    phone.written = written;
    return void json(200, phone);
  }
  json(404, { error: "not found" });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) {
    body += String(part);
    if (body.length > 10_000) throw new Error("too large");
  }
  return body;
}
