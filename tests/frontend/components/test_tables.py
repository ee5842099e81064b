"""A plain table gets what it needs to be read as cards on a phone and by a screen reader."""

HEAD = '<thead><tr><th scope="col">Numer</th><th scope="col" class="num">Kwota</th></tr></thead>'


def test_each_cell_is_given_the_label_of_its_column(draw, find):
    drawn = draw('{% table "Wpłaty" %}' + HEAD + "<tbody><tr><td>1</td><td>2</td></tr></tbody>{% endtable %}")
    assert [cell["data-label"] for cell in find(drawn, "td")] == ["Numer", "Kwota"]
    assert "<caption>Wpłaty</caption>" in drawn


def test_numeric_alignment_is_copied_from_the_heading_and_keeps_other_classes(draw, find):
    body = '<tbody><tr><td class="muted">1</td><td class="muted">2</td></tr></tbody>'
    first, second = find(draw('{% table "T" %}' + HEAD + body + "{% endtable %}"), "td")
    assert first["class"] == "muted"
    assert second["class"] == "muted num"


def test_roles_are_written_out_because_cards_take_them_away(draw, find):
    body = '<tbody><tr><th scope="row">1</th><td>2</td></tr></tbody>'
    drawn = draw('{% table "T" %}' + HEAD + body + "{% endtable %}")
    assert [each["role"] for each in find(drawn, "table")] == ["table"]
    assert [each["role"] for each in find(drawn, "thead") + find(drawn, "tbody")] == ["rowgroup"] * 2
    assert [each["role"] for each in find(drawn, "tr")] == ["row"] * 2
    assert [each["role"] for each in find(drawn, "th")] == ["columnheader", "columnheader", "rowheader"]
    assert [each["role"] for each in find(drawn, "td")] == ["cell"]


def test_labels_follow_columns_across_spanning_cells(draw, find):
    head = (
        "<thead><tr><th>A</th><th>B</th><th>C</th></tr></thead>"
        '<tbody><tr><td colspan="2">ab</td><td>c</td></tr></tbody>'
    )
    spanning, last = find(draw('{% table "T" %}' + head + "{% endtable %}"), "td")
    assert "data-label" not in spanning
    assert last["data-label"] == "C"


def test_a_heading_only_for_screen_readers_gives_no_visible_label(draw, find):
    markup = (
        '<thead><tr><th><span class="visually-hidden">Wybór</span></th><th>Numer</th></tr></thead>'
        "<tbody><tr><td>x</td><td>1</td></tr></tbody>"
    )
    first, second = find(draw('{% table "T" %}' + markup + "{% endtable %}"), "td")
    assert "data-label" not in first
    assert second["data-label"] == "Numer"


def test_a_label_with_quotes_and_angle_brackets_stays_text(draw, find):
    source = (
        '{% table "T" %}<thead><tr><th>{{ label }}</th></tr></thead>'
        "<tbody><tr><td>{{ value }}</td></tr></tbody>{% endtable %}"
    )
    hostile = '"><script>alert(1)</script>'
    drawn = draw(source, label=hostile, value="<td>&</td>")
    assert find(drawn, "td") == [{"role": "cell", "data-label": hostile}]
    assert find(drawn, "script") == []
    assert "&lt;td&gt;&amp;&lt;/td&gt;" in drawn


def test_a_hidden_caption_still_names_the_table(draw, find):
    drawn = draw('{% table "Wpłaty" hide_caption=True %}' + HEAD + "{% endtable %}")
    assert find(drawn, "caption") == [{"class": "visually-hidden"}]
    assert "Wpłaty" in drawn


def test_the_checkbox_of_a_row_is_named_and_carries_its_amount(draw, find):
    drawn = draw('{% row_checkbox "payment" id label amount_gr=gr %}', id=7, label="Wpłata <7>", gr=123456)
    (box,) = find(drawn, "input")
    assert (box["name"], box["value"], box["data-amount-gr"]) == ("payment", "7", "123456")
    assert "checked" not in box
    assert '<span class="visually-hidden">Wpłata &lt;7&gt;</span></label>' in drawn
