package dev.caravan.browser;

/** What the stub says to the question of the tests: what a real model might, so that the pictures are like the product. */
final class Answers {

    static final String QUESTION = "Explain quantum computing in a few lines.";

    static final String OPENAI = """
            A qubit is a bit that has **not decided yet**. Until you look, it holds a weighted mix of 0 and 1.

            | | Classical bit | Qubit |
            |---|---|---|
            | States | 0 or 1 | any mix |
            | Reading | free | ends the mix |

            ```python
            from math import sqrt
            plus = [1 / sqrt(2), 1 / sqrt(2)]  # even mix
            print([a * a for a in plus])
            ```
            """;

    static final String ANTHROPIC = """
            Think of a coin. Lying flat it is a bit: heads or tails. **Spinning**, it is a qubit.

            1. Several spinning coins can be *entangled*.
            2. An algorithm arranges the spins so that wrong answers cancel.
            3. Then you slap them flat, and read.

            > The power is not in trying everything at once, but in making the wrong answers cancel.
            """;

    static final String GOOGLE = """
            Quantum computers compute with **amplitudes**, which, unlike probabilities, can be negative.

            - *Superposition*: many amplitudes at once
            - *Interference*: some grow, some vanish
            - *Measurement*: one outcome remains
            """;

    /** What no page may run, load or follow. */
    static final String HOSTILE = """
            <script>document.body.dataset.ran = 'script'</script>
            <img src="https://evil.example/a.png" onerror="document.body.dataset.ran = 'img'">

            ![picture](https://evil.example/b.png) [link](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>)
            <a href="https://evil.example/" onclick="alert(1)" style="position:fixed;inset:0">x</a>
            <iframe src="https://evil.example/"></iframe><form action="https://evil.example/"><input name=a></form>

            [good](https://example.com/page)

            ```html
            <b onclick="alert(1)">bold</b>
            ```
            """;

    private Answers() {}
}
