// Asks a SPARQL endpoint with Comunica. Reads {endpoint, queries: {name: text}} from standard input and writes
// {name: [{variable: value}]} to standard output; a query that fails has {error} instead of its rows.
import { text } from "node:stream/consumers";
import { QueryEngine } from "@comunica/query-sparql";

const { endpoint, queries } = JSON.parse(await text(process.stdin));
const engine = new QueryEngine();
const answers = {};
for (const [name, query] of Object.entries(queries)) {
  try {
    const rows = await (await engine.queryBindings(query, { sources: [{ type: "sparql", value: endpoint }] })).toArray();
    answers[name] = rows.map((row) => Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])));
  } catch (error) {
    answers[name] = { error: String(error) };
  }
}
process.stdout.write(JSON.stringify(answers));
