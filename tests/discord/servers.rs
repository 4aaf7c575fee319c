//! What servers set, and which may ask.

use casa24_presentation::discord::{Artists, CustomId, Press, Question};
use casa24_schemas::Command;
use serde_json::{Value, json};

use crate::scene::*;

/// A command of somebody who may manage the server, or not, that names a channel which the bot may post in, or not.
async fn set(scene: &Scene, name: &str, options: &Value, (is_manager, may_post): (bool, bool)) -> String {
    let (mut interaction, token) = scene.sender.interaction(COMMAND, name, options);
    interaction["member"]["permissions"] = json!(if is_manager { "32" } else { "1" });
    let permissions = if may_post { "3072" } else { "1024" };
    interaction["data"]["resolved"] = json!({ "channels": { "24": { "id": "24", "permissions": "3072", "app_permissions": permissions } } });
    let token = scene.sender.deliver(&scene.discord, &interaction, token).await;
    let shown = scene.shown(&token).await;
    assert!(shown.len() == 1 && shown[0].is_private, "{shown:?}");
    shown[0].body.to_string()
}

fn given(options: &[(&str, Value)]) -> Value {
    options.iter().map(|(name, value)| json!({ "name": name, "type": 3, "value": value })).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_set_by_who_manages_it_and_answers_are_in_its_language() {
    let scene = Scene::open(HTTP).await;
    let manager = (true, true);
    let language = given(&[("language", json!("es")), ("time_zone", json!("europe/madrid"))]);
    let refused = set(&scene, "settings", &language, (false, true)).await;
    assert!(refused.contains("solo quien puede gestionar el servidor"), "{refused}");
    let shown = set(&scene, "settings", &language, manager).await;
    assert!(shown.contains("Europe/Madrid") && shown.contains("Español"), "{shown}");
    let stats = scene.ask("leaderboard", &none()).await;
    let stats = scene.shown(&stats).await[0].body.to_string();
    assert!(stats.contains("clasificación"), "{stats}");

    let zone = given(&[("time_zone", json!("Madrid"))]);
    assert!(set(&scene, "settings", &zone, manager).await.contains("no hay ninguna zona horaria"));
    let nobody = given(&[("artists", json!("Nobody at all"))]);
    assert!(set(&scene, "settings", &nobody, manager).await.contains("No se pudo responder"));
    let channel = given(&[("channel", json!("24")), ("kinds", json!("viral, Milestone"))]);
    let shown = set(&scene, "alerts", &channel, (true, false)).await;
    assert!(shown.contains("el bot no puede publicar en <#24>"), "{shown}");
    let kind = given(&[("channel", json!("24")), ("kinds", json!("fame"))]);
    assert!(set(&scene, "alerts", &kind, manager).await.contains("no hay ningún tipo"));
    let shown = set(&scene, "alerts", &channel, manager).await;
    assert!(shown.contains("<#24>") && shown.contains("milestone"), "{shown}");
    let when = given(&[("channel", json!("24")), ("weekday", json!("monday"))]);
    assert!(set(&scene, "report", &when, manager).await.contains("¿cuándo?"));
    let when = given(&[("channel", json!("24")), ("weekday", json!("monday")), ("hour", json!(9))]);
    let shown = set(&scene, "report", &when, manager).await;
    assert!(shown.contains("lunes 09") && shown.contains("milestone"), "{shown}");
    // Without options, it is only shown.
    let shown = set(&scene, "settings", &none(), manager).await;
    assert!(shown.contains("Europe/Madrid") && shown.contains("lunes 09"), "{shown}");
    let off = given(&[("off", json!(true))]);
    assert!(!set(&scene, "alerts", &off, manager).await.contains("milestone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_the_operator_has_not_named_get_a_short_refusal() {
    let mut scene = Scene::without_responder(HTTP).await;
    scene.servers = Some("77");
    scene.agent = None;
    scene.listen();
    let token = scene.ask("stats", &none()).await;
    let shown = scene.shown(&token).await;
    let text = shown[0].body.to_string();
    assert!(shown[0].is_private && text.contains("no lo ha abierto a este servidor"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_answered_in_its_time_zone_and_its_artists_come_first() {
    let scene = Scene::open(HTTP).await;
    let manager = (true, true);
    let typed = json!([{ "name": "artist", "type": 3, "value": "", "focused": true }]);
    let offered = async || {
        let token = scene.sender.ask(&scene.discord, COMPLETION, "growth", &typed).await;
        let choices = scene.discord.world().choices(&token).unwrap();
        choices.as_array().unwrap().iter().map(|choice| choice["value"].clone()).collect::<Vec<_>>()
    };
    let week = async || {
        let token = scene.ask("weekly", &none()).await;
        scene.shown(&token).await[0].body.to_string()
    };
    assert!(week().await.contains("UTC"));
    let all = offered().await;
    let last = all.last().unwrap().clone();
    let given = given(&[("time_zone", json!("asia/tokyo")), ("artists", last.clone())]);
    let shown = set(&scene, "settings", &given, manager).await;
    assert!(shown.contains("Asia/Tokyo") && shown.contains("tratan de todos sus artistas"), "{shown}");
    assert_eq!((offered().await[0].clone(), offered().await.len()), (last.clone(), all.len()));
    let growth = scene.ask("growth", &none()).await;
    let select = crate::controls(&scene.shown(&growth).await[0]);
    let select = select.iter().find(|control| control["type"] == 3).unwrap();
    let label = select["options"][0]["label"].as_str().unwrap();
    assert!(last.as_str().unwrap().starts_with(label.trim_end_matches('…')), "{label} is not {last}");

    let in_tokyo = week().await;
    assert!(in_tokyo.contains("Asia/Tokyo"), "{in_tokyo}");
    let zone = self::given(&[("time_zone", json!("America/Bogota"))]);
    set(&scene, "settings", &zone, manager).await;
    assert!(week().await.contains("America/Bogota"));
    // A button of a message from before stays in its time zone.
    let time_zone = Some("Asia/Tokyo".to_owned());
    let asked = Command { time_zone, ..Command::new("1", "weekly", Default::default()) };
    let question = Question::of(&asked, &Artists::default()).unwrap();
    let button = CustomId { press: Press::Page(0), question }.encode().unwrap();
    let turned = scene.sender.press(&scene.discord, &button, &[], ("5", "5")).await;
    let text = scene.shown(&turned).await[0].body.to_string();
    assert!(text.contains("Asia/Tokyo") && !text.contains("Bogota"), "{text}");
}
