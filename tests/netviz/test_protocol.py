"""What goes over the wire is what the structs, and so the browser's types, say."""

import json

import msgspec

from netviz import protocol
from netviz.protocol import TraceBegin, TraceEnd, TraceStep
from netviz.work import Answers

ANSWERS = Answers(key="9f", head=b'{"key":"9f"}', steps=[b'{"seq":0}'], disposition="delivered")


def fields(kind) -> set[str]:
    return {"type", *kind.__struct_encode_fields__}


def test_messages_have_the_fields_of_their_structs():
    assert set(json.loads(protocol.begin("a", ANSWERS))) == fields(TraceBegin)
    assert set(json.loads(protocol.step("a", 0, ANSWERS))) == fields(TraceStep)
    assert set(json.loads(protocol.end("a", ANSWERS))) == fields(TraceEnd)


def test_a_question_is_read_as_it_is_documented():
    message = protocol.decode(
        '{"type": "trace.start", "id": "a1", "flow": {"from": "default/client", "to": "http://web:80/", "protocol": "TCP"}, "seed": 0}'
    )
    assert message == protocol.TraceStart("a1", protocol.FlowQuestion("default/client", "http://web:80/", "TCP"), 0)


def test_hostile_ids_stay_text():
    text = '"},{"type":"error'
    assert json.loads(protocol.end(text, ANSWERS))["id"] == text


def test_the_id_of_an_unreadable_message_is_found_where_there_is_one():
    assert protocol.id_of('{"id": "a1", "type": 7}') == "a1"
    assert protocol.id_of('{"id": 7}') is None
    assert protocol.id_of("[1]") is None
    assert protocol.id_of("{") is None


def test_boot_data_uses_the_browsers_names():
    names = {field.encode_name for field in msgspec.structs.fields(protocol.Boot)}
    assert {"slug", "wsPath", "graphUrl", "filesUrl", "problemsUrl", "editable", "from", "to", "protocol"} <= names
