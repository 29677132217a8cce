// Server-sent events from a POST, which EventSource cannot do.

/** Yields the data of each event as it comes. Ends when the stream ends; throws where it breaks. */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      rest += decoder.decode(value, { stream: true });
      const whole = rest.split(/\r?\n\r?\n/);
      rest = whole.pop();
      for (const event of whole) {
        const data = event
          .split(/\r?\n/)
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).replace(/^ /, ''));
        if (data.length > 0) {
          yield data.join('\n');
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
