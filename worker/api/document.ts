/** The head of the OpenAPI document: how to sign in and make requests, and every problem code. */
import pkg from "../../package.json";
import { problemTitles } from "../../shared/texts/core/problems.en.ts";
import { apiDocsEn } from "../../shared/texts/pages/api-docs.en.ts";
import { problemCodes, statusOf } from "../core/errors.ts";

const codes = problemCodes.map((code) => `| \`${code}\` | ${statusOf(code)} | ${problemTitles[code]} |`);

export const document = {
  openapi: "3.1.0",
  info: { title: "ClearDial", version: pkg.version, description: apiDocsEn.about + codes.join("\n") },
};
