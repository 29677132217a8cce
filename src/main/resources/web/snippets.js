// The request as code that can be run as it stands.

const PATH = '/api/chat/completions';

/** One for each language: of the address and of the request's body. */
export const SNIPPETS = { curl, python, java, javascript };

const pretty = (value, indent) => JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);

function curl(address, body) {
  // In single quotes a shell reads everything as it is, but for the single quote.
  const quoted = pretty(body, '  ').replaceAll("'", "'\\''");
  return `curl -sN ${address}${PATH} \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'\n`;
}

function python(address, body) {
  const { model, messages, session_id, user_id, temperature, max_tokens } = body;
  const more = { session_id, ...(user_id === undefined ? {} : { user_id }) };
  const lines = [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${literal(`${address}/v1`)}, api_key="unused")`,
    'stream = client.chat.completions.create(',
    `    model=${literal(model)},`,
    `    messages=${pretty(messages, '    ')},`,
    temperature === undefined ? null : `    temperature=${temperature},`,
    max_tokens === undefined ? null : `    max_tokens=${max_tokens},`,
    '    stream=True,',
    `    extra_body=${literal(more)},`,
    ')',
    'for chunk in stream:',
    '    if chunk.choices and chunk.choices[0].delta.content:',
    '        print(chunk.choices[0].delta.content, end="", flush=True)',
    'print()',
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

function java(address, body) {
  const text = JSON.stringify(body, null, 2).replaceAll('\\', '\\\\').replaceAll('"""', '\\"""').replaceAll('\n', '\n                ');
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Ask {
    public static void main(String[] args) throws Exception {
        String body = """
                ${text}
                """;
        HttpRequest request = HttpRequest.newBuilder(URI.create(${literal(address + PATH)}))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .forEach(System.out::println);
    }
}
`;
}

function javascript(address, body) {
  return `const response = await fetch(${literal(address + PATH)}, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(${pretty(body, '  ')}),
});
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  console.log(text);
}
`;
}

/** A JSON string or object of strings is one in Python, Java and JavaScript too. */
const literal = (value) => JSON.stringify(value);

/** The body with its images cut short: their data would bury the code. */
export function shortened(body) {
  return JSON.parse(JSON.stringify(body), (name, value) =>
    name === 'url' && typeof value === 'string' && value.length > 80 ? `${value.slice(0, 48)}...` : value,
  );
}
