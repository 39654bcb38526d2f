"""What people's Markdown becomes: every shape of runbook that is found in the wild, in our own words."""

import pytest

from tests.playbook.markdown.reading import book, imported, outline, steps
from warroom.domain.runbook import Parameter


def test_sections_are_phases_and_top_level_items_are_steps() -> None:
    found = book("""\
        # Queue backlog

        Messages pile up.

        ## Diagnosis

        1. Look at the consumers
        1. Look at the broker
           - its memory
           - its disk

        ## Repair

        - [ ] Add a consumer
        - [x] Drop the oldest messages
        """)
    assert (found.title, found.summary) == ("Queue backlog", "Messages pile up.")
    assert outline(found) == [
        "Diagnosis",
        "- check: Look at the consumers",
        "- check: Look at the broker",
        "Repair",
        "- do: Add a consumer",
        "- do: Drop the oldest messages",
    ]
    assert found.phases[0].steps[1].detail == "- its memory\n- its disk"


def test_code_inside_an_item_or_right_below_it_is_its_command() -> None:
    first, second, third = steps("""\
        1. Restart it:
           ```sh
           systemctl restart web
           ```
        2. Look at it
        ```
        systemctl status web
        ```
        3. Read its journal

               journalctl -u web
        """)
    assert (first.title, first.command, first.detail) == ("Restart it:", "systemctl restart web", "")
    assert second.command == "systemctl status web"
    assert third.command == "journalctl -u web"


def test_code_without_a_list_is_a_step_with_the_prose_before_it() -> None:
    found = book("""\
        ## Restore

        Find the last backup. It is in the vault.

        ```
        vault ls
        ```

        Then load it:

        ```sh
        load last
        ```
        ```sh
        check last
        ```
        That is all.
        """)
    assert outline(found) == [
        "Restore",
        "- do: Find the last backup.",
        "- do: Then load it:",
        "- read: That is all.",
    ]
    first, second, _ = found.phases[0].steps
    assert (first.detail, first.command) == ("Find the last backup. It is in the vault.", "vault ls")
    assert second.command == "load last\n\ncheck last"


def test_prose_alone_is_one_step_to_read() -> None:
    text = "The disk is full. Writes fail, and nothing but an operator can help here any more."
    (step,) = steps(f"## Meaning\n\n{text}\n\nMore of it.\n")
    assert (step.kind, step.title, step.detail) == ("read", "The disk is full.", f"{text}\n\nMore of it.")


def test_a_long_item_is_cut_at_a_word_and_stands_whole_in_the_detail() -> None:
    text = "Compare the configuration of the new replica with that of the old primary line by line"
    (step,) = steps(f"- {text}\n")
    assert step.title == "Compare the configuration of the new replica with that of…"
    assert step.detail == text


def test_wide_letters_count_twice() -> None:
    (step,) = steps(f"- {'再' * 40}\n")
    assert step.title == "再" * 29 + "…"
    assert step.detail == "再" * 40


def test_several_pieces_of_code_with_words_between_stay_in_order() -> None:
    (step,) = steps("""\
        - Move the address
          ```
          ip addr add 10.0.0.1/24
          ```
          and on the old host
          ```
          ip addr del 10.0.0.1/24
          ```
        """)
    assert step.detail == "    ip addr add 10.0.0.1/24\nand on the old host\n    ip addr del 10.0.0.1/24"
    assert step.command == ""


def test_a_numbered_list_goes_on_after_unindented_prose_and_code() -> None:
    found = steps("""\
        1. Stop it

        It takes a minute.

        ```
        stop
        ```

        2. Start it
        """)
    assert [(step.title, step.detail, step.command) for step in found] == [
        ("Stop it", "It takes a minute.", "stop"),
        ("Start it", "", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\n\ntext\n\n## Two\n- a", ["Two", "- do: a"]),
        ("## One\n- a\n## Two\n- b", ["One", "- do: a", "Two", "- do: b"]),
        ("# One\n- a\n# Two\n- b", ["One", "- do: a", "Two", "- do: b"]),
        ("# T\n## One\n### Two\n- a\n### Three\n- b", ["One › Two", "- do: a", "One › Three", "- do: b"]),
        ("# T\n## One\n## Two\n- a", ["One", "- read: One", "Two", "- do: a"]),
        ("One\n===\n\nTwo\n---\n- a", ["Two", "- do: a"]),
        ("- a", ["some file", "- do: a"]),
    ],
)
def test_headings(text: str, expected: list[str]) -> None:
    assert outline(book(text, "some_file.md")) == expected


def test_a_heading_that_finds_no_room_in_the_name_is_told_in_the_detail() -> None:
    long = "Everything that an operator of the primary cluster has to know"
    found = book(f"# T\n## {long}\n### Then\n- a\n### Later\n- b\n")
    assert [phase.name for phase in found.phases] == ["Then", "Later"]
    assert found.phases[0].steps[0].detail == long
    assert found.phases[1].steps[0].detail == ""


def test_a_table_of_contents_is_read_not_done() -> None:
    found = book("# T\n\n- [One](#one)\n  - [Two](#two)\n\n## One\n\n- a\n\n## Two\n\n- b\n")
    assert outline(found) == ["One", "- do: a", "Two", "- do: b"]
    assert found.summary == "- One (#one)\n  - Two (#two)"


def test_links_pictures_and_emphasis_are_plain_text() -> None:
    (step,) = steps('- See **the** [dashboard](https://a.example/d) and ![graph](g.png "Load"), _now_ &amp; `here`\n')
    assert step.title == "See the dashboard and graph, now & here"
    assert step.detail == 'See the dashboard (https://a.example/d) and graph (g.png "Load"), now & `here`'


def test_references_keep_their_addresses() -> None:
    first, second = steps("- See [the wiki][1]\n\n[1]: https://a.example/wiki\n")
    assert (first.title, first.detail) == ("See the wiki", "See [the wiki][1]")
    assert second.title == "[1]: https://a.example/wiki"


def test_a_heading_keeps_its_address() -> None:
    found = book("# The [shop](https://a.example)\n\n## See [here](https://b.example)\n- a\n")
    assert (found.title, found.summary) == ("The shop", "The shop (https://a.example)")
    assert found.phases[0].name == "See here"
    assert found.phases[0].steps[0].detail == "See here (https://b.example)"


def test_one_file_for_many_alerts() -> None:
    found = imported("""\
        # Alerts of the shop

        ### Group Name: "checkout"

        ##### Alert Name: "CheckoutDown"
        + *Message*: `The checkout is gone.`
        + *Severity*: critical

        ##### Alert Name: CheckoutSlow
        + *Message*: `The checkout is slow.`

        ### Group Name: "search"

        ##### Alert Name: "SearchDown"
        + *Message*: `No results.`

        ## Elsewhere

        - Ask the shop team
        """, "alerts.md").runbooks  # fmt: skip
    assert [(each.name, each.alerts, each.source, each.symptom) for each in found] == [
        ("alerts", (), "alerts.md", ""),
        ("checkoutdown", ("CheckoutDown",), "alerts.md#CheckoutDown", "The checkout is gone."),
        ("checkoutslow", ("CheckoutSlow",), "alerts.md#CheckoutSlow", "The checkout is slow."),
        ("searchdown", ("SearchDown",), "alerts.md#SearchDown", "No results."),
    ]
    assert outline(found[0]) == ["Elsewhere", "- do: Ask the shop team"]
    assert outline(found[1]) == [
        'Group Name: "checkout" › Alert Name: "CheckoutDown"',
        "- do: Message: The checkout is gone.",
        "- do: Severity: critical",
    ]


def test_a_file_named_after_its_alert() -> None:
    front = "---\ntitle: Checkout Pods Crash\nweight: 20\n---\n"
    found = book(f"{front}# CheckoutPodsCrash\n\n## Meaning\n\nThey die. Often.\n", "CheckoutPodsCrash.md")
    assert (found.name, found.title, found.alerts) == (
        "checkoutpodscrash",
        "CheckoutPodsCrash",
        ("CheckoutPodsCrash",),
    )
    assert (found.symptom, found.summary) == ("They die.", "title: Checkout Pods Crash\nweight: 20")
    assert book("# CheckoutPodsCrash\n- a\n", "CheckoutPodsCrash-shop.md").alerts == ("CheckoutPodsCrash",)
    assert book("# The pods crash\n- a\n", "pods.md").alerts == ()


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: 'Slow'\nowner: platform\nreviewed: 2026-03-01\nservices: [web, api]\nweight: 1\n---",
        '+++\ntitle = "Slow"\nteam = "platform"\nlast_reviewed = 2026-03-01\nservice = ["web", "api"]\nweight = 1\n+++',
    ],
)
def test_front_matter(front: str) -> None:
    found = book(f"{front}\n\n## Look\n- a\n")
    assert (found.title, found.owner, str(found.reviewed), found.services) == (
        "Look",
        "platform",
        "2026-03-01",
        ("web", "api"),
    )
    assert found.summary.splitlines()[-1].startswith("weight")


def test_rules_are_no_front_matter() -> None:
    assert outline(book("---\n\n# A\n- a\n\n---\n- b\n")) == ["A", "- do: a", "- do: b"]


def test_attributes_of_a_fence_are_kept_and_its_name_is_the_title() -> None:
    (step,) = steps('Greet them.\n\n```sh {"id":"01HF","name":"say-hello"}\necho hello\n```\n')
    assert (step.title, step.command) == ("say hello", "echo hello")
    assert step.detail == 'Greet them.\n\nsh {"id":"01HF","name":"say-hello"}'


def test_prompts_are_not_copied_and_output_is_kept() -> None:
    only, both = steps("""\
        - Look
          ```
          $ df -h
          $ du -sh \\
              /var
          ```
        - Ask
          ```
          ana@db1:~$ uptime
           10:00 up 3 days
          ```
        """)
    assert (only.command, only.detail) == ("df -h\ndu -sh \\\n    /var", "")
    assert both.command == "uptime"
    assert both.detail == "    ana@db1:~$ uptime\n     10:00 up 3 days"


def test_placeholders_are_parameters_unless_they_are_html_or_output() -> None:
    found = book("""\
        - Look at <pod-name> in `<namespace>`<br>
          ```
          kubectl get pod <pod-name> -n <name space> # <none>
          <config>1</config>
          ```
        """)
    assert found.parameters == tuple(Parameter(name, kind="text") for name in ("pod-name", "namespace", "name space"))


def test_notes_tables_quotes_and_html_stay_as_text() -> None:
    (step,) = steps("""\
        ## Before

        !!! warning "Danger"
            Do not do this alone, and not at night, and not at all.

        > Said the last one who did.

        | who   | what                      |
        |-------|:-------------------------:|
        | ana   | decides                   |

        <details><summary>More</summary></details>

        <!-- nobody sees this -->
        """)
    assert step.kind == "read"
    assert step.detail == (
        '!!! warning "Danger"\n    Do not do this alone, and not at night, and not at all.\n\n'
        "> Said the last one who did.\n\n| who | what |\n|---|:---:|\n| ana | decides |\n\n"
        "<details><summary>More</summary></details>\n\n<!-- nobody sees this -->"
    )


def test_shortcodes_are_text() -> None:
    (step,) = steps("## Note\n{{< hint warning >}}\nBeware of **it**.\n{{< /hint >}}\n")
    assert step.detail == "[hint warning]\nBeware of it.\n[/hint]"


@pytest.mark.parametrize(
    ("item", "command"),
    [
        ("Look at the pods: `kubectl -n shop get pods`.", "kubectl -n shop get pods"),
        ("Run `$ df -h /var` on the host", "df -h /var"),
        ("Read `kubectl` first", ""),
        ("Set `max_connections = 500`", ""),
        ("Either `df -h` or `du -s /var`", ""),
    ],
)
def test_the_only_command_that_a_sentence_names_can_be_copied(item: str, command: str) -> None:
    (step,) = steps(f"# Disk\n\n## Look\n\n- {item}\n")
    assert step.command == command
    assert step.title.startswith(item.split()[0])
